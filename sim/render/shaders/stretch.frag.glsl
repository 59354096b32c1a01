// What wet ground mirrors, drawn out along the line of sight: a rough road is many small mirrors that tilt toward and
// away from the eye, each of which shows another height. Ground that lies beside what it does not show goes on under it.
uniform sampler2D u_sharp; // rgb, share of standing water or -1 where there is no ground
out vec4 color;

const int REACH = 4;
const float APART = 1.7; // texels

vec4 column(ivec2 at, float spread, ivec2 last) {
    vec4 sum = vec4(0.0);
    for (int k = -REACH; k <= REACH; k++) {
        ivec2 there = clamp(at + ivec2(0, int(floor(float(k) * spread + 0.5))), ivec2(0), last);
        vec4 found = texelFetch(u_sharp, there, 0);
        if (found.a >= 0.0) sum += vec4(found.rgb, 1.0) * (1.0 - abs(float(k)) / float(REACH + 1));
    }
    return sum;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(u_sharp, 0) - 1;
    float pool = texelFetch(u_sharp, at, 0).a;
    vec4 sum = vec4(0.0);
    if (pool >= 0.0) {
        sum = column(at, mix(APART, 0.0, pool), last);
    } else {
        for (int side = -1; side <= 1; side++) {
            for (int k = -1; k <= 1; k++) {
                vec4 found = texelFetch(u_sharp, clamp(at + ivec2(side, k), ivec2(0), last), 0);
                if (found.a >= 0.0) {
                    sum += vec4(found.rgb, 1.0);
                    pool = max(pool, found.a);
                }
            }
        }
    }
    color = sum.w > 0.0 ? vec4(sum.rgb / sum.w, pool) : vec4(0.0);
}
