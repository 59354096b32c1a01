// Edge smoothing after Lottes, "FXAA" (NVIDIA, 2009): where brightness jumps, average along the edge. On software
// OpenGL it costs a tenth of what four samples a pixel cost. Alpha of the film is its brightness as an eye sees it.
// Averages are taken of what is seen, not of light: one pixel of a bright sky would outshine all others of an edge.
in vec2 v_at;
uniform sampler2D u_film;
uniform vec2 u_texel;
out vec4 color;

#ifdef MASK // the share of each pixel that weather changed goes where its color goes
uniform sampler2D u_mask;
#endif

vec4 seen(vec4 film) {
#ifdef DEVELOP
    return vec4(tone(film.rgb), film.a);
#else
    return vec4(sqrt(film.rgb / (film.rgb + 1.0)), film.a);
#endif
}

vec4 at(vec2 offset) {
#ifdef MASK
    return vec4(textureLod(u_mask, v_at + offset, 0.0).rgb, textureLod(u_film, v_at + offset, 0.0).a);
#else
    return seen(textureLod(u_film, v_at + offset, 0.0));
#endif
}

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(u_film, 0) - 1;
    ivec2 before = max(here - 1, ivec2(0)), after = min(here + 1, last);
    vec4 film = texelFetch(u_film, here, 0); // neighbors are fetched, not filtered: filtering is what costs
    float nw = texelFetch(u_film, before, 0).a;
    float ne = texelFetch(u_film, ivec2(after.x, before.y), 0).a;
    float sw = texelFetch(u_film, ivec2(before.x, after.y), 0).a;
    float se = texelFetch(u_film, after, 0).a;
    float low = min(film.a, min(min(nw, ne), min(sw, se)));
    float high = max(film.a, max(max(nw, ne), max(sw, se)));
#ifdef MASK
    color = texelFetch(u_mask, here, 0);
#elif defined(DEVELOP)
    color = seen(film);
#else
    color = film;
#endif
    // A loop of one turn, not a branch: software OpenGL takes both ways of a branch.
    bool is_edge = high - low > max(0.035, high * 0.09);
    int turns = is_edge ? 4 : 1, k = 0;
    vec2 along = vec2(sw + se - nw - ne, nw + sw - ne - se);
    float flatness = max((nw + ne + sw + se) * 0.03, 0.008);
    along = clamp(along / (min(abs(along.x), abs(along.y)) + flatness), vec2(-8.0), vec2(8.0)) * u_texel;
    vec4 close = vec4(0.0), wide = vec4(0.0);
    do {
        float share = (k < 2 ? 1.0 / 6.0 : 0.5) * ((k & 1) == 0 ? -1.0 : 1.0);
        vec4 found = at(along * share);
        wide += 0.25 * found;
        if (k < 2) close += 0.5 * found;
        k++;
    } while (k < turns);
    if (is_edge) {
        color = wide.a < low || wide.a > high ? close : wide;
#if !defined(DEVELOP) && !defined(MASK)
        vec3 share = min(color.rgb * color.rgb, vec3(0.99999));
        color.rgb = share / (1.0 - share);
#endif
    }
}
