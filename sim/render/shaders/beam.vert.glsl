// Two patches of ground a vehicle lights, in the body frame: before its head lamps and behind its tail.
uniform vec4 u_rows[AGENT_ROWS];
uniform vec3 u_beam_place[1]; // west, south, share of the map a metre
in vec4 p3d_Vertex;           // metres ahead of the lamps, to the left; which patch
in vec2 p3d_MultiTexCoord0;   // where the lamps are: ahead of the origin, above the ground
out vec2 v_ahead;
flat out vec2 v_forward;
flat out vec3 v_lamps;  // head lamps; tail and brake lamps; indicators
flat out vec3 v_beam;   // height of the lamp, how far the beam goes, -1 for the patch behind

void main() {
    vec2 forward = u_rows[3].xy;
    float way = p3d_Vertex.z;
    v_ahead = p3d_Vertex.xy;
    v_forward = forward;
    v_lamps = vec3(u_rows[0].x / NIGHT_HEAD, u_rows[0].y + u_rows[0].z, u_rows[0].w + u_rows[1].x);
    v_beam = vec3(p3d_MultiTexCoord0.y, u_rows[2].w, way);
    vec2 at = vec2(p3d_MultiTexCoord0.x + way * p3d_Vertex.x, p3d_Vertex.y);
    vec2 ground = u_rows[2].xy + at.x * forward + at.y * vec2(-forward.y, forward.x);
    vec2 share = (ground - u_beam_place[0].xy) * u_beam_place[0].z;
    bool is_lit = way > 0.0 ? v_lamps.x > 0.0 : v_lamps.y + v_lamps.z > 0.0;
    gl_Position = is_lit ? vec4(share * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
