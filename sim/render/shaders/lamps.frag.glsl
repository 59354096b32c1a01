// Light of lamps: street lamps and shop windows out of a volume (see sim/render/night/light_field.py), lamps of vehicles
// out of a map of the ground (beam.frag.glsl).
#ifdef LAMPS
uniform vec3 u_optical_axis_world;
uniform float u_own_lamps[1]; // 1 if a vehicle with lit head lamps carries the camera
uniform sampler3D u_lamp_flux;
uniform sampler2D u_lamp_tint;
uniform vec3 u_lamp_low;
uniform vec3 u_lamp_per_m;
uniform vec4 u_night; // radiance below a lamp; shares of lit homes and shops; radiance in lit rooms
uniform sampler2D u_beams;
uniform vec3 u_beam_place[1]; // west, south, texels' share a metre

const vec3 HEADLIGHT = vec3(1.0, 0.93, 0.80);
const vec3 TAIL_LIGHT = vec3(1.0, 0.07, 0.03);

struct Lamplight {
    vec3 around;  // what a white matt surface shines back
    vec3 direct;  // of that, what comes from the brightest side, before it falls on a slope
    vec3 toward;  // that side
};

// Lamplight at a point p of the world on a slope of normal n.
Lamplight lamplight(vec3 p, vec3 n) {
    Lamplight light;
    vec3 at = (p - u_lamp_low) * u_lamp_per_m;
    vec4 held = textureLod(u_lamp_flux, at, 0.0);
    vec3 tint = textureLod(u_lamp_tint, at.xy, 0.0).rgb * u_night.x;
    float strength = length(held.xyz);
    light.toward = held.xyz / max(strength, 1e-5);
    light.direct = tint * strength;
    float facing = max(dot(held.xyz, n), 0.0) + 0.25 * max(held.w - strength, 0.0) + 0.035 * held.w;
    light.around = tint * facing;
    if (p.z < 4.0) {
        // Below the cut-off of low beams a surface gets all of them, above it what strays.
        vec4 beam = textureLod(u_beams, (p.xy - u_beam_place[0].xy) * u_beam_place[0].z, 0.0);
        float below = 0.03 + 0.97 * smoothstep(1.0, 0.55, p.z);
        float lit = max(-dot(beam.xy, n.xy), 0.0) * below + max(n.z, 0.0) * beam.z;
        light.around += u_night.x * (HEADLIGHT * lit + TAIL_LIGHT * (beam.w * (0.4 + 0.6 * max(n.z, 0.0))));
    }
    return light;
}

#ifdef GLASS
const vec3 LUMINAIRE = vec3(1.0, 0.86, 0.66);

// Light out of windows, signs and street lamps. `turn` is the byte of sim/render/night/windows.py.
vec3 shining(float byte, vec2 uv, vec3 albedo, vec4 texel) {
    if (byte == 0.0) return vec3(0.0);
    float kind = floor(byte / 64.0), turn = fract(byte / 64.0);
    if (byte == 255.0) return LUMINAIRE * (90.0 * u_night.x);
    if (kind == 3.0) return turn < u_night.z ? albedo * (2.6 * u_night.w) : vec3(0.0);
    vec2 cell = floor(uv * 4.0);
    if (kind == 2.0) turn = fract(52.9829189 * fract(dot(cell + 64.0 * turn, vec2(0.06711056, 0.00583715))));
    bool is_shop = kind == 1.0;
    if (turn >= (is_shop ? u_night.z : u_night.y)) return vec3(0.0);
    float mood = fract(turn * 37.0), height = fract(uv.y * 4.0);
    vec3 hue = mood < 0.6 ? vec3(1.0, 0.66, 0.34) : mood < 0.92 ? vec3(1.0, 0.82, 0.58) : vec3(0.42, 0.47, 0.55);
    // Curtains and goods before a room that is brighter under its ceiling.
    vec3 room = texel.rgb * (is_shop ? 1.6 : 0.5) + 0.015 + 0.10 * height * height;
    float power = is_shop ? 1.6 : 0.35 + 0.9 * fract(turn * 101.0);
    return texel.a * hue * room * (power * u_night.w);
}
#endif

// What reflecting sheeting sends back to the vehicle whose head lamps stand below the camera.
float returned(vec3 v, float distance_m) {
    float ahead = smoothstep(0.7, 0.95, -dot(v, u_optical_axis_world));
    return u_own_lamps[0] * u_night.x * ahead * min(1800.0 / (distance_m * distance_m), 4.5);
}
#endif
