// Light shared by every lit surface. Radiance is linear; textures and tints are gamma 2 and squared by the caller.
uniform vec3 u_camera_world;
uniform vec3 u_sun_direction;
uniform vec3 u_sun;
uniform vec3 u_sky_up;
uniform vec3 u_sky_horizon;
uniform vec3 u_ground_light;
uniform vec4 u_fog; // rgb, density per metre
uniform vec3 u_fog_sun;
uniform float u_exposure;
uniform sampler2D u_sky;
#ifdef LAMPS
uniform vec3 u_street_glow; // radiance of what lamps light around
#endif
#ifdef HARD_SHADOWS
#define SHADOW_MAP sampler2D
#else
#define SHADOW_MAP sampler2DShadow
#endif
uniform SHADOW_MAP u_shadow_static;
uniform SHADOW_MAP u_shadow_moving;

vec3 sky(vec3 d, float lod) {
    d.z = max(d.z, 0.0);
    d /= abs(d.x) + abs(d.y) + d.z;
    return textureLod(u_sky, vec2(d.x + d.y, d.x - d.y) * 0.5 + 0.5, lod).rgb;
}

// What a surface mirrors: sky above, the street's walls and ground near and below the horizon.
vec3 mirrored(vec3 d, float lod) {
    vec3 above = sky(d, lod);
    float open = smoothstep(-0.02, 0.34, d.z);
    vec3 street = mix(u_ground_light * 0.75, u_sky_horizon * 0.34, smoothstep(-0.25, 0.12, d.z));
#ifdef LAMPS
    street += u_street_glow;
#endif
    return mix(street, above, open);
}

#ifndef SKY
in vec3 v_static;
uniform vec3 u_moving_from_static[2]; // both maps are drawn along the sun: a scale, a shift

float reached(SHADOW_MAP map, vec3 at) {
#ifdef HARD_SHADOWS
    return step(at.z, texelFetch(map, ivec2(at.xy * vec2(textureSize(map, 0))), 0).r);
#else
    return texture(map, at);
#endif
}

#ifdef NO_SUN
vec3 sunlight(float facing) {
    return vec3(0.0);
}
#else
#if defined(HARD_SHADOWS) || defined(CUTOUT)
float reached_static() {
    return reached(u_shadow_static, v_static);
}
#else
uniform sampler2D u_shadow_edges; // see shadow_edges.frag.glsl
uniform vec2 u_penumbra[2]; // half width of an edge over how far it is thrown, and the least one, as shares of the map

// Edges of shadows are as wide as the sun's disc makes them, by how far off what casts them is. The one look-up of places
// away from edges is the loop's first turn: software OpenGL does all that an `if` holds for every pixel.
float reached_static() {
    vec3 along_x = dFdx(v_static), along_y = dFdy(v_static);
    float gap = v_static.z - textureLod(u_shadow_edges, v_static.xy, 0.0).r;
    int last = gap > 0.0 ? 8 : 0;
    vec2 reach = clamp(gap * u_penumbra[0], u_penumbra[1], 4.5 * u_penumbra[1]);
    // The surface goes on beside the place as the triangle does: depth by its slope along both axes of the map.
    float area = along_x.x * along_y.y - along_x.y * along_y.x;
    vec2 slope = vec2(along_x.z * along_y.y - along_y.z * along_x.y, along_y.z * along_x.x - along_x.z * along_y.x);
    vec2 most = 0.5 * gap / reach;
    slope = clamp(slope / (abs(area) > 1e-14 ? area : 1e-14), -most, most);
    float lit = 0.0;
    vec2 off = vec2(0.0), arm = vec2(0.92, 0.18);
    for (int k = 0;; k++) {
        lit += reached(u_shadow_static, v_static + vec3(off, dot(off, slope)));
        if (k == last || (k == 4 && lit * (5.0 - lit) == 0.0)) return lit / float(k + 1);
        if (k == 4) arm = vec2(0.48, 0.34); // four more, half as far and between the four
        off = arm * reach;
        arm = vec2(-arm.y, arm.x);
    }
}
#endif

float sunlit() {
    float lit = 1.0;
    if (all(lessThan(abs(v_static - 0.5), vec3(0.5)))) lit = reached_static();
    vec3 at = v_static * u_moving_from_static[0] + u_moving_from_static[1];
    if (lit > 0.0 && all(lessThan(abs(at - 0.5), vec3(0.5)))) lit *= reached(u_shadow_moving, at);
    return lit;
}

// What the sun gives a surface that faces it by so much.
vec3 sunlight(float facing) {
    return facing > 0.0 ? u_sun * (facing * sunlit()) : vec3(0.0);
}
#endif
#endif

vec3 ambient(vec3 n) {
    return u_sky_horizon + max(n.z, 0.0) * (u_sky_up - u_sky_horizon) + max(-n.z, 0.0) * (u_ground_light - u_sky_horizon);
}

// What distance fades into in a direction: brighter around the sun, whose light haze throws forward.
vec3 haze(vec3 d) {
    float toward = max(dot(d, u_sun_direction), 0.0);
    toward *= toward;
    return u_fog.rgb + u_fog_sun * (toward * toward);
}

vec3 fogged(vec3 color, vec3 to_camera, float distance_m) {
    return mix(haze(-to_camera), color, exp2(-u_fog.w * distance_m));
}

// Output 0: linear light, and its brightness as an eye sees it for the smoothing pass. Output 1: what label.frag.glsl
// writes.
layout(location = 0) out vec4 color;
layout(location = 1) out vec4 label;

void show(vec3 radiance, float depth_m, float code, vec2 facet) {
    vec3 c = min(radiance * u_exposure, vec3(60000.0)); // a half float ends soon after
    float luminance = dot(c, vec3(0.30, 0.59, 0.11));
    color = vec4(c, sqrt(luminance / (luminance + 0.3)));
    label = vec4(depth_m, code, facet);
}
