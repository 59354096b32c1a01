// The normal of the triangle a fragment belongs to, not the smoothed one that light uses: it is the plane that depths
// lie on. Camera axes, toward the camera, as a point of the octahedral map (Cigolle et al., "A survey of efficient
// representations for independent unit vectors", JCGT 2014). Zero where nobody asked for it: where no camera does, nothing
// is computed (software OpenGL takes both ways of a branch).
#ifdef FACETS
uniform mat4 u_camera_from_world;
uniform float u_facets[1]; // 1 if wanted

vec2 facet_of(vec3 seen) {
    if (u_facets[0] == 0.0) return vec2(0.0);
    // Both differences lie in the triangle's plane, whatever the perspective.
    vec3 n = cross(dFdx(seen), dFdy(seen));
    if (dot(n, seen) > 0.0) n = -n;
    n = mat3(u_camera_from_world) * n;
    n /= abs(n.x) + abs(n.y) + abs(n.z);
    if (n.z >= 0.0) return n.xy;
    return (1.0 - abs(n.yx)) * vec2(n.x < 0.0 ? -1.0 : 1.0, n.y < 0.0 ? -1.0 : 1.0);
}
#else
vec2 facet_of(vec3 seen) {
    return vec2(0.0);
}
#endif
