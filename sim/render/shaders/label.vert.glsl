uniform vec3 u_optical_axis_world;
uniform vec3 u_camera_world;
out float v_depth;
out vec3 v_seen; // from the camera, world axes
flat out float v_code;
#ifdef CUTOUT
out vec3 v_uvl;
#endif

void main() {
    vec3 p, n;
    pose(p, n);
    gl_Position = u_clip_from_world * vec4(p, 1.0);
    v_seen = p - u_camera_world;
    v_depth = dot(v_seen, u_optical_axis_world);
#ifdef AGENT
    v_code = u_agent.y;
#else
    v_code = info.z;
#endif
#ifdef CUTOUT
    v_uvl = vec3(p3d_MultiTexCoord0, info.x);
#endif
}
