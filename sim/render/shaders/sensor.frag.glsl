// Light behind a lens -> what a sensor and the tone curve make of it: one color a pixel (MOSAIC), or three.
// Linear values are such that 1 is white. Row 0 is the top row.
uniform sampler2D u_film;
uniform sampler2D u_stray; // light that strayed to where it should not be, coarse
uniform vec2 u_texel;
uniform vec4 u_sensor[6];
// [0] gain, share of the light that does not stray, loss in the corners of cos^4 (see falloff), color fringes
// [1] electrons of one unit of red, green, blue light; read noise in electrons
// [2] where red, green, blue saturate; blur in pixels
// [3] white balance of red, green, blue; contrast
// [4] black level
// [5] seed: four whole numbers below 2^16
out vec4 color;

// Three random words a pixel: pcg3d of Jarzynski and Olano, "Hash functions for GPU rendering" (JCGT 2020).
uvec3 dice(uvec3 v) {
    v = v * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> 16u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    return v;
}

// Sum of the words' bytes, two at a time: 12 even draws are all but a normal one, of variance 65535 / 65536.
float normal_draw(uvec3 v) {
    uvec3 pairs = (v & 0x00FF00FFu) + ((v >> 8u) & 0x00FF00FFu);
    uint sum = pairs.x + pairs.y + pairs.z;
    return (float((sum & 0xFFFFu) + (sum >> 16u)) - 1530.0) / 256.0;
}

vec3 film(vec2 at_px) {
    vec2 at = at_px * u_texel;
#ifdef BLUR
    // What a low-pass filter of two birefringent plates does: four images, one at each corner.
    vec2 d = u_sensor[2].w * u_texel;
    vec3 sum = textureLod(u_film, at - d, 0.0).rgb + textureLod(u_film, at + d, 0.0).rgb;
    sum += textureLod(u_film, at + vec2(d.x, -d.y), 0.0).rgb + textureLod(u_film, at + vec2(-d.x, d.y), 0.0).rgb;
    return 0.25 * sum;
#else
    return textureLod(u_film, at, 0.0).rgb;
#endif
}

// cos^4 of an angle whose tangent grows with the distance from the center, a given loss in the corner.
float falloff(float r2) {
    float c = 1.0 / (1.0 + u_sensor[0].z * r2);
    return c * c;
}

float curve(float x) {
#ifdef GAMMA
    float y = pow(clamp(x, 0.0, 1.0), 1.0 / 2.2);
#else
    float y = tone(vec3(max(x, 0.0))).x;
#endif
    y += u_sensor[3].w * (y * y * (3.0 - 2.0 * y) - y);
    return max((y - u_sensor[4].x) / (1.0 - u_sensor[4].x), 0.0);
}

float read_out(float x, int band, uvec3 at) {
    x = min(x, u_sensor[2][band]);
#ifdef NOISE
    float electrons = u_sensor[1][band];
    float sigma = sqrt(x * electrons + u_sensor[1].w * u_sensor[1].w) / electrons;
    x = min(x + sigma * normal_draw(dice(at + uvec3(0u, 0u, uint(band)))), u_sensor[2][band]);
#endif
    return curve(x * u_sensor[3][band]);
}

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec2 size = vec2(textureSize(u_film, 0));
    vec2 out_px = gl_FragCoord.xy - 0.5 * size; // from the center
    float r2 = dot(out_px, out_px) / (0.25 * dot(size, size)); // 1 in the corners
    float gain = u_sensor[0].x * falloff(r2);
    vec3 stray = textureLod(u_stray, gl_FragCoord.xy * u_texel, 0.0).rgb;
    uvec4 words = uvec4(u_sensor[5]);
    uvec3 at = uvec3(here, 0u) + uvec3(words.x << 16u | words.y, words.z << 16u | words.w, words.x ^ words.z);
#ifdef MOSAIC
    int band = (here.x & 1) + (here.y & 1); // RGGB
    vec2 from = gl_FragCoord.xy + out_px * (u_sensor[0].w * float(band - 1));
    float light = film(from)[band] * u_sensor[0].y + stray[band];
    color = vec4(read_out(light * gain, band, at));
#else
    vec2 shift = out_px * u_sensor[0].w;
    vec3 light = film(gl_FragCoord.xy);
#ifdef FRINGES
    light.r = film(gl_FragCoord.xy - shift).r;
    light.b = film(gl_FragCoord.xy + shift).b;
#endif
    light = (light * u_sensor[0].y + stray) * gain;
    color = vec4(read_out(light.r, 0, at), read_out(light.g, 1, at), read_out(light.b, 2, at), 1.0);
#endif
}
