// Edge smoothing after Lottes, "FXAA" (NVIDIA, 2009): where brightness jumps, average along the edge. On software
// OpenGL it costs a tenth of what four samples a pixel cost. Alpha of the source is its brightness.
in vec2 v_at;
uniform sampler2D u_image;
uniform vec2 u_texel;
out vec4 color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(u_image, 0) - 1;
    ivec2 before = max(at - 1, ivec2(0)), after = min(at + 1, last);
    vec4 here = texelFetch(u_image, at, 0); // neighbors are fetched, not filtered: filtering is what costs
    float nw = texelFetch(u_image, before, 0).a;
    float ne = texelFetch(u_image, ivec2(after.x, before.y), 0).a;
    float sw = texelFetch(u_image, ivec2(before.x, after.y), 0).a;
    float se = texelFetch(u_image, after, 0).a;
    float low = min(here.a, min(min(nw, ne), min(sw, se)));
    float high = max(here.a, max(max(nw, ne), max(sw, se)));
    color = here;
    if (high - low > max(0.035, high * 0.09)) {
        vec2 along = vec2(sw + se - nw - ne, nw + sw - ne - se);
        float flatness = max((nw + ne + sw + se) * 0.03, 0.008);
        along = clamp(along / (min(abs(along.x), abs(along.y)) + flatness), vec2(-8.0), vec2(8.0)) * u_texel;
        vec4 close = 0.5 * (textureLod(u_image, v_at - along / 6.0, 0.0) + textureLod(u_image, v_at + along / 6.0, 0.0));
        vec4 wide = 0.5 * close + 0.25 * (textureLod(u_image, v_at - along * 0.5, 0.0) + textureLod(u_image, v_at + along * 0.5, 0.0));
        color = wide.a < low || wide.a > high ? close : wide;
    }
}
