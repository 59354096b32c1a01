// Depth along the optical axis (metres) and one whole number that says class or instance.
in float v_depth;
flat in float v_code;
#ifdef CUTOUT
in vec3 v_uvl;
uniform sampler2DArray u_albedo;
#endif
out vec4 label;

void main() {
#ifdef CUTOUT
    if (texture(u_albedo, v_uvl).a < 0.5) discard;
#endif
    label = vec4(v_depth, v_code, 0.0, 0.0);
}
