// Vertex stage of every pass. ROW 0 OF MEMORY IS THE TOP ROW: u_clip_from_world flips y, so nothing is flipped later.
uniform mat4 u_clip_from_world;
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec2 p3d_MultiTexCoord0;
in vec4 tint;
in vec4 info;
#ifdef AGENT
in vec4 weights;
in vec4 joints;
uniform vec4 u_agent; // row, label code, texture layer, -
uniform vec4 u_rows[AGENT_ROWS]; // lamps 0-3, lamps 4-7, position, heading, then three rows of each bone
mat3x4 bone(float joint) {
    int first = BONE_ROWS + int(joint) * 3;
    return mat3x4(u_rows[first], u_rows[first + 1], u_rows[first + 2]);
}
#endif
invariant gl_Position;

void pose(out vec3 position_world, out vec3 normal_world) {
#ifdef AGENT
#ifdef ONE_BONE
    mat3x4 m = bone(joints.x);
#else
    mat3x4 m = bone(joints.x) * weights.x;
    if (weights.y > 0.0) m += bone(joints.y) * weights.y;
    if (weights.z > 0.0) m += bone(joints.z) * weights.z;
    if (weights.w > 0.0) m += bone(joints.w) * weights.w;
#endif
    position_world = vec4(p3d_Vertex.xyz, 1.0) * m;
    normal_world = vec4(p3d_Normal, 0.0) * m;
#else
    position_world = p3d_Vertex.xyz;
    normal_world = p3d_Normal;
#endif
}
