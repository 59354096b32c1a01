// What weather does to the ground: where water stands, where snow lies.
#if defined(WET) || defined(SNOW)
uniform sampler2D u_ground_map; // wheel tracks, gutters, trodden strips
uniform vec4 u_ground_frame;    // its first corner, 1 / its size
uniform sampler2D u_mottle;     // broad and fine patches
uniform vec4 u_weather[2];      // wetness, puddles, snow cover, rain mm/h | time s

vec3 worn_at(vec2 xy) {
    return textureLod(u_ground_map, (xy - u_ground_frame.xy) * u_ground_frame.zw, 0.0).rgb;
}

// Patches without a visible period: two lattices that do not fit each other.
vec2 mottle_at(vec2 xy) {
    vec2 broad = textureLod(u_mottle, xy / 23.0, 0.0).rg;
    vec2 fine = textureLod(u_mottle, vec2(xy.y, -xy.x) / 7.3, 1.0).rg;
    return vec2(0.75 * broad.r + 0.25 * fine.r, fine.g);
}
#endif

#ifdef WET
// Share of a place that water stands on, 0..1: low patches, ruts, gutters.
float puddle_at(vec2 xy, vec3 worn) {
    float low = mottle_at(xy).x + 0.16 * worn.r + 0.36 * worn.g;
    float level = mix(1.06, 0.54, u_weather[0].y);
    return smoothstep(level, level + 0.05, low) * min(u_weather[0].x * 3.0, 1.0);
}
#endif
