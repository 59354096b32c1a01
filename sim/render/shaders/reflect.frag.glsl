// What wet ground mirrors, at half the film's size: a ray from each piece of ground is followed over the film until it
// goes behind something. Where it leaves the picture, the film's edge stands for what lies beyond.
uniform sampler2D u_film;
out vec4 color;

const int STEPS = 14;
const float FIRST_M = 0.18, GROWTH = 1.58; // to 100 m

vec2 pixel_of(vec3 p) {
    return u_focal[0].xy * p.xy / p.z + u_focal[0].zw;
}

void main() {
    ivec2 last = textureSize(u_label, 0) - 1;
    ivec2 at = min(ivec2(gl_FragCoord.xy) * 2, last);
    vec4 label = texelFetch(u_label, at, 0);
    if (!is_ground(label.y)) {
        color = vec4(0.0, 0.0, 0.0, -1.0);
        return;
    }
    vec3 p = camera_ray(vec2(at) + 0.5) * label.x;
    vec3 up = transpose(mat3(u_world_from_camera[0])) * vec3(0.0, 0.0, 1.0);
    vec2 place = (world_offset(p) + eye()).xy;
    vec3 worn = worn_at(place);
    float pool = puddle_at(place, worn);
    // A wet, rough road is many small mirrors: seen from afar they tilt toward and away from the eye.
    vec2 grain = texture(u_mottle, place * 1.7).rg + texture(u_mottle, place.yx * 0.31).gr - 1.0;
    vec3 tilt = transpose(mat3(u_world_from_camera[0])) * vec3(grain, 0.0);
    float rough = mix(0.16, 0.006 + 0.0004 * min(u_weather[0].w, 30.0), pool);
    vec3 n = normalize(up + rough * tilt);
    vec3 v = normalize(p);
    vec3 r = reflect(v, n);
    if (dot(r, up) < 0.02) r = normalize(r + (0.02 - dot(r, up)) * up);
    float reach = FIRST_M, before = 0.0;
    vec2 found = vec2(-1.0);
    vec3 q = p;
    for (int k = 0; k < STEPS; k++) {
        q = p + r * reach;
        if (q.z < 0.2) break;
        vec2 pixel = pixel_of(q);
        if (any(lessThan(pixel, vec2(0.0))) || any(greaterThan(pixel, vec2(last)))) break;
        float depth = texelFetch(u_label, ivec2(pixel), 0).x;
        float behind = q.z - depth;
        if (behind > 0.0 && behind < max(1.6, 1.3 * (reach - before))) {
            float near = before, far = reach;
            for (int i = 0; i < 4; i++) {
                float middle = 0.5 * (near + far);
                q = p + r * middle;
                if (q.z > texelFetch(u_label, clamp(ivec2(pixel_of(q)), ivec2(0), last), 0).x) far = middle;
                else near = middle;
            }
            found = pixel_of(p + r * far);
            break;
        }
        before = reach;
        reach *= GROWTH;
    }
    if (found.x < 0.0) {
        q = p + r * max(before, FIRST_M);
        if (r.z > 0.05) q = r.z * reach > 60.0 ? r : q; // nothing on its way: what lies at infinity
        found = q.z > 0.05 ? pixel_of(q) : vec2(at);
    }
    found = clamp(found, vec2(0.5), vec2(last) + 0.5);
    color = vec4(min(textureLod(u_film, found / vec2(last + 1), 0.0).rgb, vec3(64.0)), pool);
}
