// The soft dark patch under a vehicle: a rectangle in the body frame, laid flat on the ground below it.
uniform sampler2D u_bones;
uniform vec4 u_agent;
uniform mat4 u_clip_from_world;
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
out vec2 v_at;

void main() {
    vec3 origin = texelFetch(u_bones, ivec2(BONE_TEXELS + 2, int(u_agent.x)), 0).xyz;
    vec2 heading = texelFetch(u_bones, ivec2(BONE_TEXELS + 3, int(u_agent.x)), 0).xy;
    vec2 xy = origin.xy + p3d_Vertex.x * heading + p3d_Vertex.y * vec2(-heading.y, heading.x);
    gl_Position = u_clip_from_world * vec4(xy, origin.z + 0.012, 1.0);
    v_at = p3d_MultiTexCoord0;
}
