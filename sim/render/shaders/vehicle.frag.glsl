// Vehicles: painted metal with a clear coat, glass, rubber and lamps out of two atlases.
in vec3 v_seen;
in float v_depth;
flat in float v_code;
in vec3 v_normal;
in vec4 v_tint;
in vec2 v_uv;
flat in float v_glow;
uniform sampler2DArray u_albedo;
uniform sampler2DArray u_material;
uniform vec4 u_paint; // gamma 2
#ifndef PANE
uniform vec4 u_agent; // row, label code, texture layer, who sits there
uniform vec4 u_rows[AGENT_ROWS];
#endif

const float CLEAR = 0.036; // roughness of panes; at BLIND nothing is seen through them

void main() {
    vec2 facet = facet_of(v_seen);
    vec4 texel = texture(u_albedo, vec3(v_uv, u_agent.z));
    vec4 material = texture(u_material, vec3(v_uv, u_agent.z)); // roughness, F0, emission, occlusion
    vec3 base = texel.rgb * mix(vec3(1.0), u_paint.rgb, texel.a);
    vec3 albedo = base * base * v_tint.rgb;
    float open = v_tint.a * material.a;
    vec3 n = normalize(v_normal);
    vec3 to_camera = -v_seen;
    float distance_m = length(to_camera);
    vec3 v = to_camera / distance_m;
    float facing = dot(n, u_sun_direction);
    vec3 sun = sunlight(facing);
    float metal = step(0.4, material.g);
    vec3 f0 = mix(vec3(material.g), albedo, metal);
    vec3 radiance = albedo * (1.0 - 0.85 * metal) * (ambient(n) * open + sun);
    vec3 h = normalize(v + u_sun_direction);
    float nh = max(dot(n, h), 0.0), nv = max(dot(n, v), 0.0);
    float a = material.r * material.r, a2 = a * a + 0.0004;
    float d = nh * nh * (a2 - 1.0) + 1.0;
    radiance += sun * min(f0 * (a2 / (d * d)) * (0.25 - 0.2 * texel.a), vec3(12.0));
    float grazing = 1.0 - nv;
    grazing *= grazing;
    grazing *= grazing * (1.0 - nv);
    vec3 r = reflect(-v, n);
    vec3 fresnel = f0 + (max(vec3(1.0 - material.r), f0) - f0) * grazing;
    radiance += fresnel * mirrored(r, material.r * 7.0) * (0.3 + 0.7 * open);
#ifdef PANE
    if (material.r < BLIND && u_cabin[1].x > 0.0) {
        float through = (0.9 - 0.5 * grazing) * smoothstep(BLIND, CLEAR, material.r);
        radiance += through * cabin(v_seen, -v, u_camera_world, u_agent.w);
    }
#endif
    if (texel.a > 0.5) {
        radiance += (0.04 + 0.55 * grazing) * mirrored(r, 1.0) * (0.3 + 0.7 * open);
        float nh2 = nh * nh, nh8 = nh2 * nh2 * nh2 * nh2;
        float spark = nh8 * nh8 * nh8 * nh8;
        spark *= spark;
        spark *= spark;
        spark *= spark;
        radiance += sun * (spark * spark * 2.5); // nh to the 512th: a glint, not a glare
    }
#ifdef LAMPS
    Lamplight lamps = lamplight(v_seen + u_camera_world, n);
    radiance += albedo * (1.0 - 0.85 * metal) * open * lamps.around;
    vec3 between = normalize(v + lamps.toward);
    float nb = max(dot(n, between), 0.0);
    d = nb * nb * (a2 - 1.0) + 1.0;
    radiance += lamps.direct * min(f0 * (a2 / (d * d)) * 0.25, vec3(12.0));
    if (texel.a > 0.5) {
        nb *= nb;
        nb *= nb;
        nb *= nb;
        nb *= nb;
        nb *= nb;
        radiance += lamps.direct * (nb * nb * nb * 2.0);
    }
    // A head lamp dazzles those before it.
    float aimed = v_glow > 2.0 ? 0.05 + 0.95 * pow(max(dot(v.xy, u_rows[3].xy), 0.0), 12.0) : 1.0;
    radiance += texel.rgb * texel.rgb * (material.b * v_glow * aimed) * (37.0 * u_night.x + 9.0 * u_sky_up);
#else
    radiance += texel.rgb * texel.rgb * (material.b * v_glow * 9.0) * max(u_sky_up, vec3(0.02));
#endif
#ifdef SNOW
    // Who drives has cleared the panes and lost the rest to the wind.
    float cleared = u_agent.w == 0.0 ? 0.0 : material.r < BLIND ? 2.0 : 0.4;
    vec3 on_snow = ambient(n) * open + sun;
#ifdef LAMPS
    on_snow += lamps.around;
#endif
    radiance = mix(radiance, SNOW_ALBEDO * on_snow, snow_on(n, v_uv * 9.0, cleared));
#endif
    show(fogged(radiance, v, distance_m), v_depth, v_code, facet);
}
