// What is seen through the windows of a bus or tram: rows of double seats on both sides of an aisle, who sits there, poles,
// the driver, a lit ceiling after dark. Seats and people are flat pictures that cross; nothing of it is geometry.
const float AISLE_M = 0.34, SEAT_M = 0.42; // half the aisle, width of a seat
const float TAKEN = 0.34;                  // share of seats

float drawn(float number, float seat) {
    return fract(sin(number * 12.9898 + seat * 78.233 + u_agent.x * 3.71) * 43758.5453);
}

vec3 dress(float pick) {
    return mix(vec3(0.02, 0.022, 0.03), mix(vec3(0.22, 0.05, 0.04), vec3(0.30, 0.31, 0.33), fract(pick * 53.0)), pick * pick);
}

vec3 face(float pick) {
    return mix(vec3(0.50, 0.30, 0.21), vec3(0.07, 0.035, 0.022), fract(pick * 71.0));
}

vec3 cover() {
    float pick = drawn(0.0, 9.0);
    return pick < 0.4 ? vec3(0.015, 0.04, 0.12) : pick < 0.7 ? vec3(0.10, 0.02, 0.025) : vec3(0.03, 0.045, 0.04);
}

// Rows from the front or the back: a picture on the plane of each, at most six deep.
void meet_rows(inout Seen seen, vec3 o, vec3 d, float first_x, float last_x, bool is_driven) {
    if (abs(d.x) < 0.12) return;
    float pitch = -u_cabin[2].y, floor_m = u_cabin[1].y, way = sign(d.x);
    float row = way > 0.0 ? ceil((first_x - o.x) / pitch) - 1.0 : max(floor((first_x - o.x) / pitch) + 1.0, 0.0);
    for (int k = 0; k < 6; ++k, row -= way) {
        float x = first_x - row * pitch;
        float t = (x - o.x) / d.x;
        if (t > seen.t || row < 0.0 || x < last_x) return;
        vec3 p = o + t * d;
        float out_m = abs(p.y) - AISLE_M, seat = floor(out_m / SEAT_M), up = p.z - floor_m;
        if (t < 0.0 || seat < 0.0 || seat > 1.0 || up > 1.45) continue;
        float a = out_m - (seat + 0.5) * SEAT_M, pick = drawn(row, sign(p.y) * (seat + 1.0));
        vec3 albedo = vec3(-1.0);
        if (abs(a) < 0.195 && up > 0.36 && up < 1.10 - 3.0 * a * a) albedo = cover();
        if (is_driven && pick < TAKEN) {
            bool is_trunk = abs(a) < 0.20 && up > 0.5 && up < 1.10 - 4.0 * a * a;
            if (is_trunk && way < 0.0) albedo = dress(pick / TAKEN);
            vec2 head = vec2(a, up - 1.24) / vec2(0.078, 0.125);
            if (dot(head, head) < 1.0) albedo = way > 0.0 || head.y > 0.45 ? vec3(0.02, 0.014, 0.01) : face(pick);
        }
        if (albedo.x >= 0.0) {
            seen = Seen(t, vec3(-0.8 * way, 0.0, 0.6), albedo);
            return;
        }
    }
}

// Seats from the side: a picture of all of a side on the plane through the middle of its seats.
void meet_side(inout Seen seen, vec3 o, vec3 d, float side, float first_x, float last_x, bool is_driven) {
    if (abs(d.y) < 0.12) return;
    float pitch = -u_cabin[2].y, t = (side * (AISLE_M + SEAT_M) - o.y) / d.y;
    vec3 p = o + t * d;
    float row = floor((first_x - p.x) / pitch + 0.5), ahead = p.x - (first_x - row * pitch), up = p.z - u_cabin[1].y;
    if (t < 0.0 || t > seen.t || row < 0.0 || p.x < last_x || up > 1.45) return;
    float back = ahead + 0.16 * (up - 0.9);
    vec3 albedo = vec3(-1.0);
    if (abs(back) < 0.045 && up > 0.40 && up < 1.10) albedo = cover();
    if (ahead > 0.0 && ahead < 0.40 && abs(up - 0.43) < 0.055) albedo = cover();
    float pick = drawn(row, side * 2.0);
    if (is_driven && pick < TAKEN) {
        vec2 trunk = vec2(ahead - 0.13, up - 0.80) / vec2(0.125, 0.34), head = vec2(ahead - 0.16, up - 1.24) / vec2(0.10, 0.125);
        if (dot(trunk, trunk) < 1.0) albedo = dress(pick / TAKEN);
        if (dot(head, head) < 1.0) albedo = head.y - 0.8 * head.x > 0.35 ? vec3(0.02, 0.014, 0.01) : face(pick);
    }
    if (albedo.x >= 0.0) seen = Seen(t, vec3(0.0, -0.8 * sign(d.y), 0.6), albedo);
}

// Poles from floor to ceiling beside the aisle, at every second row.
void meet_poles(inout Seen seen, vec3 o, vec3 d, float first_x, float last_x) {
    float apart = -2.0 * u_cabin[2].y, flat_way = max(length(d.xy), 1e-4);
    for (float y = -AISLE_M; y < 0.5; y += 2.0 * AISLE_M) {
        float along = abs(d.y) < 1e-3 ? 0.0 : (y - o.y) / d.y;
        float x = first_x - floor((first_x - o.x - along * d.x) / apart + 0.5) * apart;
        vec2 from = vec2(x, y) - o.xy;
        float t = dot(from, d.xy) / (flat_way * flat_way);
        if (t < 0.0 || t > seen.t || x < last_x || x > first_x + 0.1) continue;
        if (abs(from.x * d.y - from.y * d.x) < 0.017 * flat_way) seen = Seen(t, vec3(-d.xy / flat_way, 0.0), vec3(0.42, 0.27, 0.02));
    }
}

// Radiance that comes out of a window at o (frame of the body's section) along d; `light` falls in through the others.
vec3 saloon(vec3 o, vec3 d, vec3 d_world, vec3 light, float occupants) {
    float half_width = u_cabin[1].x, floor_m = u_cabin[1].y, belt_m = u_cabin[1].z, ceiling_m = u_cabin[1].w;
    float to_side = (half_width - sign(d.y) * o.y) / max(abs(d.y), 1e-4);
    float to_level = ((d.z > 0.0 ? ceiling_m : floor_m) - o.z) / (abs(d.z) < 1e-4 ? 1e-4 : d.z);
    float to_end = ((d.x > 0.0 ? u_cabin[0].x : u_cabin[0].z) - o.x) / (abs(d.x) < 1e-4 ? 1e-4 : d.x);
    float t = max(min(min(to_side, to_level), max(to_end, 0.05)), 0.0);
    bool is_driven = occupants != 0.0;
    vec3 lit = vec3(0.0);
#ifdef LAMPS
    if (is_driven && u_rows[0].x > 1.0) lit = HEADLIGHT * u_night.x; // lamps are on after dark
#endif
    Seen seen = Seen(t, vec3(0.0, 0.0, 1.0), vec3(-1.0));
    float first_x = u_cabin[2].x - 1.5, last_x = u_cabin[0].z + 0.5;
    meet_poles(seen, o, d, first_x, last_x);
    meet_side(seen, o, d, 1.0, first_x, last_x, is_driven);
    meet_side(seen, o, d, -1.0, first_x, last_x, is_driven);
    meet_rows(seen, o, d, first_x, last_x, is_driven);
    // The driver's place, a wall behind it and the dashboard.
    vec3 place = vec3(u_cabin[2].x, u_cabin[2].z, belt_m + 0.62);
    if (o.x > first_x || d.x > 0.0) {
        meet_box(seen, o, d, place - vec3(0.12, 0.0, 0.55), vec3(0.06, 0.25, 0.62), vec3(0.014));
        meet_box(seen, o, d, vec3(u_cabin[0].x - 0.25, 0.0, (u_cabin[2].w + floor_m) / 2.0), vec3(0.25, half_width, (u_cabin[2].w - floor_m) / 2.0), vec3(0.02));
        if (is_driven) meet_person(seen, o, d, place, drawn(3.0, 5.0));
    }
    float upward = 0.5 + 0.5 * seen.normal.z;
    if (seen.albedo.x >= 0.0) return seen.albedo * (light * (0.30 + 0.40 * upward) + lit);
    vec3 end = o + t * d;
    if (t == to_level && d.z > 0.0) {
        float strip = abs(abs(end.y) - 0.55) < 0.12 ? 2.0 : 0.4;
        return light * 0.13 + lit * strip;
    }
    if (t == to_level) return light * 0.025 + lit * 0.07;
    float post = abs(fract(end.x / 1.5) - 0.5);
    bool is_glass = end.z > belt_m + 0.04 && end.z < ceiling_m - 0.22 && (t != to_side || post > 0.03);
    return is_glass ? 0.62 * mirrored(d_world, 2.0) + lit * 0.04 : light * 0.05 + lit * 0.24;
}
