// The soft dark patch under a vehicle: a rectangle in the body frame, laid flat on the ground below it.
uniform vec4 u_rows[AGENT_ROWS];
uniform mat4 u_clip_from_world;
uniform vec3 u_camera_world;
uniform vec4 u_fog; // rgb, density per metre
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
out vec2 v_at;
out float v_clear; // share of the contrast that fog leaves

void main() {
    vec3 origin = u_rows[2].xyz;
    vec2 heading = u_rows[3].xy;
    vec2 xy = origin.xy + p3d_Vertex.x * heading + p3d_Vertex.y * vec2(-heading.y, heading.x);
    gl_Position = u_clip_from_world * vec4(xy, origin.z + 0.012, 1.0);
    v_at = p3d_MultiTexCoord0;
    v_clear = exp2(-u_fog.w * distance(vec3(xy, origin.z), u_camera_world));
}
