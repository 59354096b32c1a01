uniform mat4 u_static_from_world;
uniform vec3 u_camera_world;
uniform vec3 u_optical_axis_world;
out float v_depth;
flat out float v_code;
uniform vec3 u_sun_direction;
out vec3 v_seen; // from the camera, world axes
out vec3 v_normal;
out vec3 v_static;
out vec4 v_tint;
#ifdef AGENT
out vec2 v_uv;
flat out float v_glow;
#ifdef ONE_BONE
flat out float v_bone;
#endif
#ifdef PERSON
flat out float v_layer;
#endif
#else
out vec3 v_uvl;
#if defined(LAMPS) && defined(GLASS)
flat out float v_turn;
#endif
#ifdef LENS
flat out float v_glow;
uniform float u_lamps[256]; // brightness of each lamp slot, by the vertex's part
#endif
#endif

void main() {
    vec3 p, n;
    pose(p, n);
    gl_Position = u_clip_from_world * vec4(p, 1.0);
    v_seen = p - u_camera_world;
    v_normal = n;
    v_depth = dot(v_seen, u_optical_axis_world);
    v_tint = vec4(tint.rgb * tint.rgb / 65025.0, tint.a / 255.0);
    float slope = 1.0 - abs(dot(n, u_sun_direction));
#ifdef AGENT
    vec4 lifted = vec4(p + n * (0.05 + 0.09 * slope), 1.0); // moving shadows are of the coarse shape
#else
    vec4 lifted = vec4(p + n * (0.02 + 0.07 * slope), 1.0);
#endif
    v_static = (u_static_from_world * lifted).xyz;
#ifdef AGENT
    v_code = u_agent.y;
    v_uv = p3d_MultiTexCoord0;
    v_glow = 0.0;
#ifdef ONE_BONE
    v_bone = joints.x;
    int group = int(info.y); // the lamp group this vertex belongs to
    if (group > 0) {
        v_glow = u_rows[(group - 1) / 4][(group - 1) % 4];
    }
#endif
#ifdef PERSON
    v_layer = info.x;
#endif
#else
    v_code = info.z;
    v_uvl = vec3(p3d_MultiTexCoord0, info.x);
#if defined(LAMPS) && defined(GLASS)
    v_turn = info.w;
#endif
#ifdef LENS
    v_glow = u_lamps[int(info.y)];
#endif
#endif
}
