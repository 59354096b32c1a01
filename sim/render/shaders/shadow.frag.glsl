#ifdef CUTOUT
in vec3 v_uvl;
uniform sampler2DArray u_albedo;
#endif

void main() {
#ifdef CUTOUT
    if (texture(u_albedo, v_uvl).a < 0.5) discard;
#endif
}
