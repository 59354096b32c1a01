// Rays of a film and its labels, and the parts of it that water can lie on. World axes, metres.
uniform sampler2D u_label; // depth, code, facet
uniform vec4 u_focal[1];   // fx, fy, cx, cy
uniform mat4 u_world_from_camera[1]; // with the camera's position
const float ROAD = 1.0, KERB = 4.0; // sim.taxonomy.Semantic: road, marking, pavement, kerb

bool is_ground(float code) {
    return code >= ROAD && code <= KERB;
}

vec3 camera_ray(vec2 pixel) {
    return vec3((pixel - u_focal[0].zw) / u_focal[0].xy, 1.0);
}

vec3 eye() {
    return u_world_from_camera[0][3].xyz;
}

vec3 world_offset(vec3 p) { // from the camera
    return mat3(u_world_from_camera[0]) * p;
}
