// A speck over the film: densest in the middle of what it covers, hidden by what the labels say is nearer.
flat in vec4 v_ends;
flat in vec4 v_look;
flat in vec4 v_light;
uniform sampler2D u_label;
out vec4 color;

void main() {
    vec2 from = v_ends.xy, along = v_ends.zw - from, here = gl_FragCoord.xy - from;
    float share = clamp(dot(here, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    vec2 off = (here - share * along) / v_look.x;
    float dense = max(1.0 - dot(off, off), 0.0);
    float depth_m = texelFetch(u_label, ivec2(gl_FragCoord.xy), 0).x;
    float before = clamp((depth_m - mix(v_look.z, v_look.w, share)) * v_light.w, 0.0, 1.0);
#ifdef MASK
    color = vec4(v_look.y * dense * before);
#else
    color = vec4(v_light.rgb, v_look.y * dense * before);
#endif
}
