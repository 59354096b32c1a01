// How far each surface point of an agent moves to the next frame and from the frame before, in the world. Differences
// of bone matrices are taken in double precision outside, so that nothing is lost far from the world's origin.
uniform vec4 u_steps[2 * STEP_ROWS]; // three rows a bone to the next frame, then as many from the one before
out vec3 v_ahead;
out vec3 v_back;
flat out float v_code;

mat3x4 step_of(float joint, int first) {
    int row = first + 3 * int(joint);
    return mat3x4(u_steps[row], u_steps[row + 1], u_steps[row + 2]);
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
    v_back = moved(STEP_ROWS);
    v_code = u_agent.y;
}
