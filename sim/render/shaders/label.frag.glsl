// Depth along the optical axis (metres), one whole number that says class or instance, and the facet's normal.
in float v_depth;
in vec3 v_seen;
flat in float v_code;
#ifdef CUTOUT
in vec3 v_uvl;
uniform sampler2DArray u_albedo;
#endif
out vec4 label;

void main() {
    vec2 facet = facet_of(v_seen);
#ifdef CUTOUT
    if (texture(u_albedo, v_uvl).a < 0.5) discard;
#endif
    label = vec4(v_depth, v_code, facet);
}
