// The longest velocity of an agent in a tile of pixels (TILES), or in the tile and those around it, and whether there
// is an agent that moves at all.
uniform sampler2D u_velocity;
out vec4 fastest;

void main() {
    ivec2 last = textureSize(u_velocity, 0) - 1, at = ivec2(gl_FragCoord.xy);
    vec3 found = vec3(0.0);
#ifdef TILES
    ivec2 from = at * int(BLUR_TILE), to = min(from + int(BLUR_TILE) - 1, last);
#else
    ivec2 from = max(at - 1, ivec2(0)), to = min(at + 1, last);
#endif
    for (int y = from.y; y <= to.y; y++)
        for (int x = from.x; x <= to.x; x++) {
            vec4 v = texelFetch(u_velocity, ivec2(x, y), 0);
#ifdef TILES
            float moves = v.w;
#else
            float moves = v.z;
#endif
            if (moves == 0.0) continue;
            found.z = 1.0;
            if (dot(v.xy, v.xy) > dot(found.xy, found.xy)) found.xy = v.xy;
        }
    fastest = vec4(found, 1.0);
}
