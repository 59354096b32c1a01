// What wet ground mirrors, drawn out along the line of sight: a rough road is many small mirrors that tilt toward and
// away from the eye, each of which shows another height. Ground that lies beside what it does not show goes on under it.
uniform sampler2D u_sharp; // rgb, share of standing water or -1 where there is no ground
out vec4 color;

const int REACH = 8; // to each side: eight rows show eight tilts

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(u_sharp, 0) - 1;
    vec4 here = texelFetch(u_sharp, at, 0);
    bool is_ground = here.a >= 0.0;
    // Software OpenGL takes both ways of a branch but as few turns of a loop as it can.
    int up = is_ground ? REACH - 1 : 0, beside = is_ground ? 0 : 1;
    vec4 sum = vec4(0.0);
    for (int k = -up; k <= up; k++) {
        vec4 found = texelFetch(u_sharp, clamp(at + ivec2(0, k), ivec2(0), last), 0);
        if (found.a >= 0.0) sum += vec4(found.rgb, 1.0) * float(REACH - abs(k));
    }
    float pool = here.a;
    for (int k = 0; k < 9 * beside; k++) {
        vec4 found = texelFetch(u_sharp, clamp(at + ivec2(k % 3, k / 3) - 1, ivec2(0), last), 0);
        if (found.a >= 0.0) {
            sum += vec4(found.rgb, 1.0);
            pool = max(pool, found.a);
        }
    }
    vec3 drawn_out = sum.rgb / max(sum.w, 1e-6);
    // Standing water mirrors sharply.
    if (is_ground) drawn_out = mix(drawn_out, here.rgb, pool);
    color = sum.w > 0.0 ? vec4(drawn_out, pool) : vec4(0.0);
}
