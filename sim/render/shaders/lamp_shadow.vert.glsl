// The soft shadow of a person in lamplight: a strip of ground from the feet away from where most light comes from.
uniform vec4 u_rows[AGENT_ROWS];
uniform mat4 u_clip_from_world;
uniform sampler3D u_lamp_flux;
uniform vec3 u_lamp_low;
uniform vec3 u_lamp_per_m;
in vec4 p3d_Vertex; // share of the way along, -1 to 1 across, height of the person (metres)
out vec2 v_at;
flat out float v_dark;

const float HALF_WIDTH_M = 0.27;

void main() {
    vec3 feet = u_rows[2].xyz;
    float height = p3d_Vertex.z;
    vec4 held = textureLod(u_lamp_flux, (feet + vec3(0.0, 0.0, 0.5 * height) - u_lamp_low) * u_lamp_per_m, 0.0);
    float level = length(held.xy);
    vec2 away = level > 1e-5 ? -held.xy / level : vec2(1.0, 0.0);
    float reach = HALF_WIDTH_M + height * min(level / max(held.z, 1e-5), 2.2);
    vec2 xy = feet.xy + away * ((reach + HALF_WIDTH_M) * p3d_Vertex.x - HALF_WIDTH_M);
    // The lamp is not a point, and two lamps make two shadows: the farther from the feet the wider.
    xy += vec2(-away.y, away.x) * (p3d_Vertex.y * HALF_WIDTH_M * (1.0 + 0.5 * p3d_Vertex.x));
    gl_Position = u_clip_from_world * vec4(xy, feet.z + 0.014, 1.0);
    v_at = p3d_Vertex.xy;
    v_dark = 0.75 * length(held.xyz) / max(held.w, 1e-5) * smoothstep(0.0, 0.02, held.w);
}
