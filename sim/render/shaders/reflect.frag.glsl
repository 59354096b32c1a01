// What wet ground mirrors, coarser than the film: a ray from each piece of ground is followed over the film until it
// goes behind something. Where it leaves the picture, the film's edge stands for what lies beyond.
uniform sampler2D u_film;
uniform vec2 u_coarser; // how many pixels of the film a texel stands for
out vec4 color;

const int STEPS = 10, FINER = 3;
const float FIRST_M = 0.2, GROWTH = 1.95; // to 80 m

// Slope of the rings that drops leave on standing water: one drop a cell and turn, at a place hashed from both.
vec2 ripples(vec2 place) {
    const float CELL_M = 0.24, TURN_S = 0.7;
    vec2 cell = floor(place / CELL_M);
    float chance = fract(dot(cell, vec2(0.75487767, 0.56984029)) * 17.31);
    float turn = u_weather[1].x / TURN_S + chance, share = fract(turn);
    vec2 spot = 0.3 + 0.4 * fract(floor(turn) * vec2(0.61803399, 0.41421356) + chance * vec2(3.7, 7.3));
    vec2 off = fract(place / CELL_M) - spot;
    float away = length(off) + 1e-4, front = away - 0.55 * share;
    float falls = fract(chance * 31.7) < u_weather[0].w / (u_weather[0].w + 12.0) ? 1.0 : 0.0;
    return falls * (1.0 - share) * sin(45.0 * front) * exp(-200.0 * front * front) / away * off;
}

vec2 pixel_of(vec3 p) {
    return u_focal[0].xy * p.xy / p.z + u_focal[0].zw;
}

void main() {
    ivec2 last = textureSize(u_label, 0) - 1;
    ivec2 at = min(ivec2(gl_FragCoord.xy * u_coarser), last);
    vec4 label = texelFetch(u_label, at, 0);
    vec3 p = camera_ray(vec2(at) + 0.5) * label.x;
    vec3 up = transpose(mat3(u_world_from_camera[0])) * vec3(0.0, 0.0, 1.0);
    vec2 place = (world_offset(p) + eye()).xy;
    vec3 worn = worn_at(place);
    float pool = puddle_at(place, worn);
    vec3 v = normalize(p);
    // A wet, rough road is many small mirrors that tilt toward and away from the eye. Eight rows show eight tilts;
    // stretch.frag.glsl brings them together.
    vec3 along = normalize(v - dot(v, up) * up), across = cross(along, up);
    int row = int(gl_FragCoord.y) & 7;
    row = ((row & 1) << 2) | (row & 2) | (row >> 2);
    float turn = (float(row) + 0.5) / 4.0 - 1.0;
    vec2 grain = 2.0 * textureLod(u_mottle, place * 0.9, 0.0).rg - 1.0;
    float rough = mix(0.085, 0.004, pool);
    vec3 n = normalize(up + rough * ((turn * (1.0 + 0.25 * grain.x)) * along + 0.25 * grain.y * across));
    if (pool > 0.0 && u_weather[0].w > 0.0) {
        n = normalize(n + 0.05 * pool * (transpose(mat3(u_world_from_camera[0])) * vec3(ripples(place), 0.0)));
    }
    vec3 r = reflect(v, n);
    if (dot(r, up) < 0.02) r = normalize(r + (0.02 - dot(r, up)) * up);
    // Software OpenGL takes both ways of a branch but as few turns of a loop as it can: where no ground is, none.
    int steps = is_ground(label.y) ? STEPS : 0, finer = 0;
    float reach = FIRST_M, before = 0.0;
    for (int k = 0; k < steps; k++) {
        vec3 q = p + r * reach;
        vec2 pixel = pixel_of(q);
        if (q.z < 0.2 || any(lessThan(pixel, vec2(0.0))) || any(greaterThan(pixel, vec2(last)))) break;
        float behind = q.z - texelFetch(u_label, ivec2(pixel), 0).x;
        if (behind > 0.0 && behind < max(1.6, 1.3 * (reach - before))) {
            finer = FINER;
            break;
        }
        before = reach;
        reach *= GROWTH;
    }
    float near = before, far = reach;
    for (int i = 0; i < finer; i++) {
        float middle = 0.5 * (near + far);
        vec3 q = p + r * middle;
        if (q.z > texelFetch(u_label, clamp(ivec2(pixel_of(q)), ivec2(0), last), 0).x) far = middle;
        else near = middle;
    }
    vec3 q = p + r * (finer > 0 ? far : max(before, FIRST_M));
    // Nothing on its way: what lies at infinity.
    if (finer == 0 && r.z > 0.05 && r.z * reach > 60.0) q = r;
    vec2 found = q.z > 0.05 ? pixel_of(q) : vec2(at);
    found = clamp(found, vec2(0.5), vec2(last) + 0.5);
    vec3 seen = min(textureLod(u_film, found / vec2(last + 1), 0.0).rgb, vec3(64.0));
    color = is_ground(label.y) ? vec4(seen, pool) : vec4(0.0, 0.0, 0.0, -1.0);
}
