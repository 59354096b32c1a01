// Static street: one texture array, gloss in alpha (solid) or coverage (CUTOUT).
in vec3 v_seen;
in float v_depth;
flat in float v_code;
in vec3 v_normal;
in vec4 v_tint;
in vec3 v_uvl;
#ifdef LENS
flat in float v_glow;
#endif
uniform sampler2DArray u_albedo;
#if defined(LAMPS) && defined(GLASS)
flat in float v_turn; // see sim/render/night/windows.py
#endif

void main() {
    vec2 facet = facet_of(v_seen);
    vec4 texel = texture(u_albedo, v_uvl);
#ifdef CUTOUT
    if (texel.a < 0.5) discard;
#endif
    vec3 albedo = texel.rgb * texel.rgb * v_tint.rgb;
    vec3 n = normalize(v_normal);
#if defined(WET) || defined(SNOW)
#if defined(GROUND)
    albedo = weathered(albedo, n, v_seen, v_code == TERRAIN_CODE ? 0.75 : 0.48);
#elif defined(CUTOUT)
    albedo = weathered(albedo, n, v_seen, 0.8);
#else
    albedo = weathered(albedo, n, v_seen, 0.65);
#endif
#endif
    vec3 to_camera = -v_seen;
    float distance_m = length(to_camera);
    vec3 v = to_camera / distance_m;
#ifdef CUTOUT
    float facing = dot(n, u_sun_direction);
    float lit = max(facing, 0.0) + 0.35 * max(-facing, 0.15); // leaves let a third of the light through
#else
    float lit = max(dot(n, u_sun_direction), 0.0);
#endif
    vec3 sun = sunlight(lit);
    vec3 light = ambient(n) * v_tint.a + sun;
    vec3 radiance = albedo * light;
#ifdef GLASS
    // Where the texture says glass: what it mirrors, more at a glance.
    float glance = 1.0 - max(dot(n, v), 0.0);
    glance *= glance;
    float fresnel = 0.05 + 0.85 * glance * glance;
    radiance += texel.a * fresnel * mirrored(reflect(-v, n), 1.5) * (0.35 + 0.65 * v_tint.a);
#endif
#ifdef GROUND
    // Dry asphalt and paving shine a little toward a low sun.
    vec3 h = normalize(v + u_sun_direction);
    float nh = max(dot(n, h), 0.0);
    float f = 1.0 - max(dot(v, h), 0.0);
    float glance = f * f * f * f;
    nh *= nh;
    nh *= nh;
    float lobe = nh * nh * nh * nh * nh;
    radiance += sun * (0.024 + 0.44 * glance) * lobe;
#endif
#ifdef LENS
    radiance += albedo * v_glow * 14.0 * u_sky_up;
#endif
#ifdef LAMPS
    Lamplight lamps = lamplight(v_seen + u_camera_world, n);
    radiance += albedo * lamps.around * (0.3 + 0.7 * v_tint.a);
#ifdef CUTOUT
    radiance += albedo * lamps.direct * (0.3 * v_tint.a * max(-dot(n, lamps.toward), 0.0)); // through the leaf
#endif
#ifdef GROUND
    vec3 between = normalize(v + lamps.toward);
    float sheen = max(dot(n, between), 0.0);
    sheen *= sheen;
    sheen *= sheen;
    sheen *= sheen;
    sheen *= sheen;
    float steep = 1.0 - max(dot(v, between), 0.0);
    radiance += lamps.direct * (0.012 + 0.3 * steep * steep * steep * steep) * sheen;
#endif
#ifdef GLASS
    radiance += shining(v_turn, v_uvl.xy, albedo, texel);
#endif
#ifdef LENS
    radiance += albedo * v_glow * 12.0 * u_night.x; // no sheeting: a lens that is off stays dark
#else
    if (any(equal(vec3(floor(v_uvl.z + 0.5)), vec3(SIGN_LAYERS)))) radiance += albedo * returned(v, distance_m);
#endif
#endif
    show(fogged(radiance, v, distance_m), v_depth, v_code, facet);
}
