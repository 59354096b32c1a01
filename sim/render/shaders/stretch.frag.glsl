// What wet ground mirrors, drawn out along the line of sight: a rough road is many small mirrors that tilt toward and
// away from the eye, each of which shows another height. Ground that lies beside what it does not show goes on under it.
uniform sampler2D u_sharp; // rgb, share of standing water or -1 where there is no ground
out vec4 color;

const int REACH = 8; // to each side: eight rows show eight tilts

vec4 column(ivec2 at, ivec2 last) {
    vec4 sum = vec4(0.0);
    for (int k = 1 - REACH; k < REACH; k++) {
        vec4 found = texelFetch(u_sharp, clamp(at + ivec2(0, k), ivec2(0), last), 0);
        if (found.a >= 0.0) sum += vec4(found.rgb, 1.0) * float(REACH - abs(k));
    }
    return sum;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(u_sharp, 0) - 1;
    vec4 here = texelFetch(u_sharp, at, 0);
    float pool = here.a;
    vec4 sum = vec4(0.0);
    if (pool >= 0.0) {
        sum = column(at, last);
        sum = vec4(mix(sum.rgb / sum.w, here.rgb, pool), 1.0); // standing water mirrors sharply
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
