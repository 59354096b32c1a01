#ifdef CUTOUT
out vec3 v_uvl;
#endif

void main() {
    vec3 p, n;
    pose(p, n);
    gl_Position = u_clip_from_world * vec4(p, 1.0);
#ifdef CUTOUT
    v_uvl = vec3(p3d_MultiTexCoord0, info.x);
#endif
}
