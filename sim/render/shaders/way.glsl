// What a pixel shows and how that moves against the camera -> where it goes in half an exposure, pixels.
uniform sampler2D u_label;
uniform mat4 u_standing[1]; // later_from_camera

vec3 seen_at(ivec2 at, vec4 here) {
    vec3 ray = ray_of(at);
    return here.y == SKY_CODE ? ray : ray * (here.x / ray.z);
}

vec2 way_to(vec3 q) {
    vec2 later, way = vec2(0.0);
    if (project(q, later)) way = later - gl_FragCoord.xy;
    // As far as the tiles around are looked at.
    return way * min(1.0, (BLUR_TILE - 1.0) / max(length(way), 1e-6));
}
