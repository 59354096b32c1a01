// The film of an instant -> that of an exposure, by two averages: along the way of the pixel's own surface, and of the
// agents that pass before it on the way of the fastest nearby. After McGuire et al., "A reconstruction filter for
// plausible motion blur" (I3D 2012), and Guertin et al., "A fast and stable feature-aware motion blur filter" (HPG 2014).
uniform sampler2D u_film;
uniform sampler2D u_velocity; // half an exposure's way in pixels, nearness, whether it is an agent that moves
uniform sampler2D u_fastest;
out vec4 color;

const float NEARER = 1.05; // what is nearer by less is the same surface
const float APART = 2.0; // pixels between samples, which the lens and the mosaic blur more than that
const float AT_MOST = 8.0; // samples each side
const float SHORT = 0.6; // pixels each way that nobody sees

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy), last = textureSize(u_film, 0) - 1;
    color = texelFetch(u_film, here, 0);
    vec3 own = texelFetch(u_velocity, here, 0).xyz;
    float way = length(own.xy);
    vec3 fastest = texelFetch(u_fastest, here / int(BLUR_TILE), 0).xyz;
    if (way > SHORT) {
        float n = min(ceil(way / APART), AT_MOST), total = 1.0;
        vec3 sum = color.rgb;
        for (float i = -n; i <= n; i++) {
            float t = i / (n + 0.5);
            ivec2 at = clamp(ivec2(gl_FragCoord.xy + t * own.xy), ivec2(0), last);
            if (i == 0.0) continue;
            if (fastest.z > 0.0) {
                // An agent before this surface that does not come here shows nothing of it. (What rests comes: nearer
                // things pass by faster.)
                vec4 there = texelFetch(u_velocity, at, 0);
                if (there.w > 0.0 && there.z > own.z * NEARER && length(there.xy) < abs(t) * way) continue;
            }
            sum += texelFetch(u_film, at, 0).rgb;
            total += 1.0;
        }
        color.rgb = sum / total;
    }
    float reach = length(fastest.xy);
    if (reach < SHORT) return;
    float n = min(ceil(reach / APART), AT_MOST), before = 0.0;
    vec3 sum = vec3(0.0);
    for (float i = -n; i <= n; i++) {
        float t = i / (n + 0.5);
        ivec2 at = clamp(ivec2(gl_FragCoord.xy + t * fastest.xy), ivec2(0), last);
        vec4 there = texelFetch(u_velocity, at, 0);
        if (there.w == 0.0 || there.z <= own.z * NEARER || length(there.xy) < abs(t) * reach) continue;
        sum += texelFetch(u_film, at, 0).rgb;
        before += 1.0;
    }
    if (before > 0.0) color.rgb = mix(color.rgb, sum / before, before / (2.0 * n + 1.0));
}
