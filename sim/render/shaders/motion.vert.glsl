// How far each surface point of an agent moves to the next frame and from the frame before, in the world. Differences
// of bone matrices are taken in double precision outside, so that nothing is lost far from the world's origin.
uniform sampler2D u_steps; // a row an agent: three texels a bone to the next frame, then as many from the one before
out vec3 v_ahead;
out vec3 v_back;
flat out float v_code;

mat3x4 step_of(float joint, int first) {
    ivec2 at = ivec2(first + 3 * int(joint), int(u_agent.x));
    return mat3x4(
        texelFetch(u_steps, at, 0), texelFetch(u_steps, at + ivec2(1, 0), 0), texelFetch(u_steps, at + ivec2(2, 0), 0)
    );
}

vec3 moved(int first) {
#ifdef ONE_BONE
    mat3x4 m = step_of(joints.x, first);
#else
    mat3x4 m = step_of(joints.x, first) * weights.x;
    if (weights.y > 0.0) m += step_of(joints.y, first) * weights.y;
    if (weights.z > 0.0) m += step_of(joints.z, first) * weights.z;
    if (weights.w > 0.0) m += step_of(joints.w, first) * weights.w;
#endif
    return vec4(p3d_Vertex.xyz, 1.0) * m;
}

void main() {
    vec3 p, n;
    pose(p, n);
    gl_Position = u_clip_from_world * vec4(p, 1.0);
    v_ahead = moved(0);
    v_back = moved(3 * MAX_BONES);
    v_code = u_agent.y;
}
