// What is seen through the glass of a car: seats, who sits there, dashboard, and daylight from the windows beyond.
// Rays meet boxes and ellipsoids in the body frame (x forward, y left, z up); nothing of it is geometry.
uniform vec4 u_agent; // row, label code, texture layer, who sits there
uniform vec4 u_rows[AGENT_ROWS];
uniform vec4 u_cabin[3]; // see sim.bodies.vehicles.cabin; half width 0: there is none
flat in float v_bone;    // trams bend: each section has a frame of its own

const float FAR_M = 1e6;

struct Seen {
    float t; // distance along the ray
    vec3 normal;
    vec3 albedo;
};

void meet_ball(inout Seen seen, vec3 o, vec3 d, vec3 center, vec3 radii, vec3 albedo) {
    vec3 p = (o - center) / radii, q = d / radii;
    float a = dot(q, q), b = dot(p, q);
    float h = b * b - a * (dot(p, p) - 1.0);
    if (h < 0.0) return;
    float t = -(b + sqrt(h)) / a;
    if (t < 0.0 || t > seen.t) return;
    seen = Seen(t, normalize((p + t * q) / radii), albedo);
}

void meet_box(inout Seen seen, vec3 o, vec3 d, vec3 center, vec3 half_size, vec3 albedo) {
    vec3 inverse = 1.0 / d, k = abs(inverse) * half_size, m = inverse * (o - center);
    vec3 into = -m - k, out_of = k - m;
    float t = max(max(into.x, into.y), into.z);
    if (t < 0.0 || t > seen.t || t > min(min(out_of.x, out_of.y), out_of.z)) return;
    seen = Seen(t, -sign(d) * step(into.yzx, into.xyz) * step(into.zxy, into.xyz), albedo);
}

// A figure from the waist up: trunk, head, hair by the normal of the head.
void meet_person(inout Seen seen, vec3 o, vec3 d, vec3 neck, float pick) {
    float skin = fract(pick * 7.13), cloth = fract(pick * 3.71);
    vec3 dress = mix(vec3(0.02, 0.022, 0.03), mix(vec3(0.30, 0.05, 0.05), vec3(0.35, 0.36, 0.38), fract(pick * 5.3)), cloth * cloth);
    meet_ball(seen, o, d, neck - vec3(0.02, 0.0, 0.30), vec3(0.13, 0.215, 0.30), dress);
    float before = seen.t;
    meet_ball(seen, o, d, neck + vec3(0.02, 0.0, 0.12), vec3(0.105, 0.08, 0.13), mix(vec3(0.55, 0.32, 0.22), vec3(0.07, 0.035, 0.022), skin));
    if (seen.t < before && seen.normal.z - 1.3 * seen.normal.x > 0.35) seen.albedo = mix(vec3(0.012), vec3(0.12, 0.07, 0.03), cloth);
}

Seen meet_seats(vec3 o, vec3 d, float limit_t, float occupants) {
    Seen seen = Seen(limit_t, vec3(0.0, 0.0, 1.0), vec3(0.0));
    float half_width = u_cabin[1].x, floor_m = u_cabin[1].y, head_m = u_cabin[1].w - 0.36;
    float aside = half_width * 0.52;
    float pick = floor(occupants / 16.0) / 256.0;
    vec3 cover = mix(vec3(0.012, 0.012, 0.013), vec3(0.09, 0.075, 0.06), step(0.72, pick));
    for (int row = 0; row < 2; ++row) {
        float x = u_cabin[2].x - float(row) * u_cabin[2].y;
        // Backs lean: in these coordinates they stand upright.
        vec3 lean = vec3(0.24, 0.0, 0.0);
        vec3 p = o + lean * (o.z - head_m), q = d + lean * d.z;
        float middle = (floor_m + head_m - 0.06) / 2.0, tall = (head_m - 0.06 - floor_m) / 2.0;
        for (int side = 0; side < 2; ++side) {
            float y = side == 0 ? aside : -aside;
            float wide = row == 0 ? 0.235 : aside;
            meet_box(seen, p, q, vec3(x - 0.06, y, middle), vec3(0.06, wide, tall), cover);
            meet_ball(seen, p, q, vec3(x - 0.04, y, head_m + 0.05), vec3(0.05, 0.125, 0.085), cover);
            float bit = exp2(float(2 * row + side));
            if (mod(floor(occupants / bit), 2.0) > 0.5) {
                meet_person(seen, o, d, vec3(x + 0.10, y, head_m - 0.03), fract(pick + 0.37 * float(2 * row + side)));
            }
        }
        if (u_cabin[2].y == 0.0) break;
    }
    // The steering wheel: a ring that leans toward the driver.
    vec3 hub = vec3(u_cabin[2].x + 0.56, aside, u_cabin[1].z + 0.02), axle = vec3(-0.86, 0.0, 0.51);
    float t = dot(hub - o, axle) / dot(d, axle);
    float apart = length(o + t * d - hub);
    if (t > 0.0 && t < seen.t && (abs(apart - 0.18) < 0.017 || apart < 0.055)) seen = Seen(t, axle, vec3(0.01));
    return seen;
}
