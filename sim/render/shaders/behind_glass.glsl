// A place on the glass of a vehicle and a ray from the camera -> the light that comes out of the room behind it.

// Radiance that comes through a point of the glass, seen from the camera along d_world.
vec3 cabin(vec3 seen_world, vec3 d_world, vec3 camera_world, float occupants) {
    int first = BONE_ROWS + 3 * int(v_bone);
    vec4 r0 = u_rows[first], r1 = u_rows[first + 1], r2 = u_rows[first + 2];
    vec3 from_origin = seen_world + camera_world - vec3(r0.w, r1.w, r2.w);
    vec3 o = r0.xyz * from_origin.x + r1.xyz * from_origin.y + r2.xyz * from_origin.z;
    vec3 d = r0.xyz * d_world.x + r1.xyz * d_world.y + r2.xyz * d_world.z;
    vec3 light = ambient(vec3(0.0, 0.0, 1.0));
#ifdef LAMPS
    light += 2.0 * u_street_glow;
#endif
#ifdef SALOON
    return saloon(o, d, d_world, light, occupants);
#else
    float waist_m = u_cabin[1].z, up = o.z - waist_m;
    // Where the ray leaves: each wall's distance, walls that it moves away from do not count.
    float ahead = d.x + u_cabin[0].y * d.z, astern = -d.x + u_cabin[0].w * d.z;
    float to_screen = ahead > 1e-4 ? (u_cabin[0].x - o.x - u_cabin[0].y * up) / ahead : FAR_M;
    float to_back = astern > 1e-4 ? (o.x - u_cabin[0].z - u_cabin[0].w * up) / astern : FAR_M;
    float to_side = (u_cabin[1].x - sign(d.y) * o.y) / max(abs(d.y), 1e-4);
    float to_level = ((d.z > 0.0 ? u_cabin[1].w : u_cabin[1].y) - o.z) / (abs(d.z) < 1e-4 ? 1e-4 : d.z);
    float t = max(min(min(to_screen, to_back), min(to_side, to_level)), 0.0);
    float to_dash = d.z < -1e-3 ? (u_cabin[2].w - o.z) / d.z : FAR_M;
    bool is_dash = to_dash > 0.0 && to_dash < t && o.x + to_dash * d.x > u_cabin[0].x - 0.6;
    if (is_dash) t = to_dash;
    Seen found = meet_seats(o, d, t, occupants);
    if (found.t < t) {
        float height = 0.5 + 0.5 * dot(r2.xyz, found.normal); // light comes from all windows, most from above
        return found.albedo * light * (0.2 + 0.4 * height);
    }
    if (is_dash) return light * 0.016;
    vec3 end = o + t * d;
    bool is_glass = end.z > waist_m + 0.05 && end.z < u_cabin[1].w - 0.06;
    if (t == to_level) return light * (d.z > 0.0 ? 0.07 : 0.004);
    if (t == to_side) {
        float pillar = abs(end.x - u_cabin[2].x - 0.02);
        is_glass = is_glass && pillar > 0.05 && (u_cabin[2].y > 0.0 || end.x > u_cabin[2].x);
    }
    if (t == to_back && u_cabin[2].z == 0.0) is_glass = false;
    return is_glass ? 0.62 * mirrored(d_world, 2.0) : light * 0.012;
#endif
}
