// The film of an instant -> that of an exposure, by two averages: along the way of the pixel's own surface, and of the
// agents that pass before it on the way of the fastest nearby. After McGuire et al., "A reconstruction filter for
// plausible motion blur" (I3D 2012), and Guertin et al., "A fast and stable feature-aware motion blur filter" (HPG 2014).
uniform sampler2D u_film;
out vec4 color;

const float APART = 2.0; // pixels between samples, which the lens and the mosaic blur more than that
const float AT_MOST = 8.0; // samples each side
const float SHORT = 0.6; // pixels each way that nobody sees

// Samples each side: loops take as few turns as the pixels beside each other need.
int samples(float way_px) {
    return way_px > SHORT ? int(min(ceil(way_px / APART), AT_MOST)) : 0;
}

#ifdef AGENTS
uniform sampler2D u_velocity; // half an exposure's way in pixels, nearness, whether it is an agent that moves
uniform sampler2D u_fastest;
const float NEARER = 1.05; // what is nearer by less is the same surface

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy), last = textureSize(u_film, 0) - 1;
    color = texelFetch(u_film, here, 0);
    vec3 own = texelFetch(u_velocity, here, 0).xyz;
    float way = length(own.xy);
    int n = samples(way);
    float total = 1.0;
    vec3 sum = color.rgb;
    for (int i = -n; i <= n; i++) {
        float t = float(i) / (float(n) + 0.5);
        ivec2 at = clamp(ivec2(gl_FragCoord.xy + t * own.xy), ivec2(0), last);
        // An agent before this surface that does not come here shows nothing of it. (What rests comes: nearer things
        // pass by faster.)
        vec4 there = texelFetch(u_velocity, at, 0);
        bool is_hidden = there.w > 0.0 && there.z > own.z * NEARER && length(there.xy) < abs(t) * way;
        if (i != 0 && !is_hidden) {
            sum += texelFetch(u_film, at, 0).rgb;
            total += 1.0;
        }
    }
    color.rgb = sum / total;
    vec2 fastest = texelFetch(u_fastest, here / int(BLUR_TILE), 0).xy;
    float reach = length(fastest), before = 0.0;
    n = samples(reach);
    sum = vec3(0.0);
    for (int i = -n; i <= n; i++) {
        float t = float(i) / (float(n) + 0.5);
        ivec2 at = clamp(ivec2(gl_FragCoord.xy + t * fastest), ivec2(0), last);
        vec4 there = texelFetch(u_velocity, at, 0);
        if (there.w > 0.0 && there.z > own.z * NEARER && length(there.xy) >= abs(t) * reach) {
            sum += texelFetch(u_film, at, 0).rgb;
            before += 1.0;
        }
    }
    if (n > 0 && before > 0.0) color.rgb = mix(color.rgb, sum / before, before / (2.0 * float(n) + 1.0));
}
#elif defined(STANDING)
uniform float u_carrier[1]; // code of the agent that carries the camera: it stays where it is in the image

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy), last = textureSize(u_film, 0) - 1;
    vec4 label = texelFetch(u_label, here, 0);
    color = texelFetch(u_film, here, 0);
    vec2 way = way_to((u_standing[0] * vec4(seen_at(here, label), label.y == SKY_CODE ? 0.0 : 1.0)).xyz);
    int n = label.y == u_carrier[0] ? 0 : samples(length(way));
    vec2 apart = way / (float(n) + 0.5);
    vec3 sum = vec3(0.0);
    int i = 0;
    do {
        i++;
        vec2 off = float(i) * apart;
        sum += texelFetch(u_film, clamp(ivec2(gl_FragCoord.xy - off), ivec2(0), last), 0).rgb;
        sum += texelFetch(u_film, clamp(ivec2(gl_FragCoord.xy + off), ivec2(0), last), 0).rgb;
    } while (i < n);
    if (n > 0) color.rgb = (color.rgb + sum) / (2.0 * float(n) + 1.0);
}
#else
void main() {
    color = texelFetch(u_film, ivec2(gl_FragCoord.xy), 0);
}
#endif
