// The longest velocity of an agent in a tile of pixels (TILES), or in the tile and those around it.
uniform sampler2D u_velocity;
#ifdef TILES
uniform sampler2D u_tiles; // classes, see moving_tiles.py
#endif
out vec4 fastest;

void main() {
    ivec2 last = textureSize(u_velocity, 0) - 1, at = ivec2(gl_FragCoord.xy);
    vec2 found = vec2(0.0);
#ifdef TILES
    ivec2 from = at * int(BLUR_TILE), to = min(from + int(BLUR_TILE) - 1, last);
    if (texelFetch(u_tiles, at, 0).x < TOUCHED) to = from - 1; // nothing to look at
#else
    ivec2 from = max(at - 1, ivec2(0)), to = min(at + 1, last);
#endif
    for (int y = from.y; y <= to.y; y++)
        for (int x = from.x; x <= to.x; x++) {
            vec4 v = texelFetch(u_velocity, ivec2(x, y), 0);
#ifdef TILES
            v.xy *= v.w;
#endif
            if (dot(v.xy, v.xy) > dot(found, found)) found = v.xy;
        }
    fastest = vec4(found, 0.0, 1.0);
}
