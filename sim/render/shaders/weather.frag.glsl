// What weather does to lit surfaces. Albedo is linear.

#ifdef SNOW
const vec3 SNOW_ALBEDO = vec3(0.74, 0.77, 0.81);

// Share of a surface that snow covers, by how much it faces up; `bare` is what was swept, driven or trodden away.
float snow_on(vec3 n, vec2 xy, float bare) {
    if (n.z < 0.35) return 0.0;
    vec2 mottle = mottle_at(xy);
    float patchy = 0.72 * mottle.x + 0.28 * mottle.y;
    float lies = smoothstep(0.0, 0.16, u_weather[0].z * 1.35 - 0.62 + 0.55 * patchy - bare);
    return lies * smoothstep(0.35, 0.75, n.z);
}
#endif

// Albedo of what lies or stands outside: ground, walls, leaves. `porous` is what water darkens it by.
vec3 weathered(vec3 albedo, vec3 n, vec3 seen, float porous) {
#ifdef WET
    float wet = u_weather[0].x;
#ifdef GROUND
    albedo *= mix(1.0, porous, wet);
#else
    // Rain runs down what stands: less of it stays there.
    albedo *= mix(1.0, mix(1.0, porous, 0.45 + 0.55 * max(n.z, 0.0)), wet);
#endif
#endif
#ifdef SNOW
    vec2 at = seen.xy + u_camera_world.xy;
#ifdef GROUND
    vec3 worn = worn_at(at);
    float driven = min(worn.r * 1.15, 1.0);
    float bare = max(driven * 0.75, worn.b * 0.38) * (1.15 - 0.35 * u_weather[0].z);
    // Slush: what wheels and feet leave is wet, grey and between the two.
    vec3 slush = mix(albedo * 0.6, vec3(0.30, 0.29, 0.28), 0.55 * u_weather[0].z);
    albedo = mix(albedo, slush, min(max(driven, worn.b * 0.8), 1.0) * min(u_weather[0].z * 2.0, 1.0));
    // Old snow is dirty near where wheels pass, and never quite even.
    vec3 snow = SNOW_ALBEDO * (0.86 + 0.28 * mottle_at(at * 2.3).y) * mix(vec3(1.0), vec3(0.80, 0.77, 0.74), driven);
    albedo = mix(albedo, snow, snow_on(n, at, bare));
#else
    albedo = mix(albedo, SNOW_ALBEDO, snow_on(n, at, 0.0));
#endif
#endif
    return albedo;
}
