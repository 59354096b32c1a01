// A speck of rain, snow or spray as a quad around what it covers during the exposure, see weather/particles.py.
uniform sampler2D u_capsules; // a row each: start xyz, radius | end xyz, opacity | depth it fades over, light rgb
uniform int u_first;
#ifdef LAMPS
uniform mat4 u_world_from_camera[1];
uniform float u_film_per_radiance[1];
#endif
uniform vec4 u_focal[1]; // fx, fy, cx, cy of the pinhole
uniform vec2 u_size;     // of the picture, px
flat out vec4 v_ends;    // px
flat out vec4 v_look;    // radius px, opacity, depth m at the start and at the end
flat out vec4 v_light;   // rgb, 1 / depth it fades over

const float THINNEST_PX = 0.7;
const float NEAREST_M = 0.15;

vec2 pixel_of(vec3 p) {
    return u_focal[0].xy * p.xy / p.z + u_focal[0].zw;
}

void main() {
    int row = u_first + gl_VertexID / 4;
    vec4 start = texelFetch(u_capsules, ivec2(0, row), 0), end = texelFetch(u_capsules, ivec2(1, row), 0);
    vec4 look = texelFetch(u_capsules, ivec2(2, row), 0);
    float radius_m = start.w, opacity = end.w;
    vec3 a = start.xyz, b = end.xyz;
    if (max(a.z, b.z) < NEAREST_M) opacity = 0.0;
    // What a fast camera leaves behind ends where the picture does.
    if (a.z < NEAREST_M) a = mix(a, b, (NEAREST_M - a.z) / max(b.z - a.z, 1e-4));
    if (b.z < NEAREST_M) b = mix(b, a, (NEAREST_M - b.z) / max(a.z - b.z, 1e-4));
    vec2 from = pixel_of(a), to = pixel_of(b);
    vec2 along = to - from;
    float reach = length(along);
    along = reach > 1e-3 ? along / reach : vec2(1.0, 0.0);
    float thin = u_focal[0].x * radius_m * 2.0 / (a.z + b.z);
    float wide = max(thin, THINNEST_PX);
    // Drawn wider than it is, it takes away as much light in all.
    opacity *= thin / wide * (reach + 2.0 * thin) / (reach + 2.0 * wide);
    vec2 side = vec2(-along.y, along.x) * (wide + 0.5);
    int corner = gl_VertexID & 3;
    vec2 at = (corner & 1) == 0 ? from - along * (wide + 0.5) : to + along * (wide + 0.5);
    at += (corner & 2) == 0 ? side : -side;
    gl_Position = opacity > 0.0 ? vec4(at / u_size * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
    v_ends = vec4(from, to);
    v_look = vec4(wide, opacity, a.z, b.z);
    vec3 light = look.yzw;
#ifdef LAMPS
    vec3 middle = (u_world_from_camera[0] * vec4(0.5 * (a + b), 1.0)).xyz;
    Lamplight lamps = lamplight(middle, vec3(0.0, 0.0, 1.0));
    // What is small scatters light from all sides, most of it onward.
    vec3 scattered = lamps.around + 0.6 * lamps.direct;
    // Near the own head lamps drops shine brighter than any road: 15 000 cd, some of it sent back.
    float below = mix(0.08, 1.0, smoothstep(1.7, 0.9, middle.z - u_world_from_camera[0][3].z + 1.3));
    scattered += HEADLIGHT * (u_own_lamps[0] * u_night.x * below * min(60.0 / dot(a, a), 15.0));
    light += scattered * u_film_per_radiance[0];
#endif
    v_light = vec4(light, 1.0 / look.x);
}
