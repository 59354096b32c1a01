// What the label targets hold: depth, code, octahedral normal. See facet.frag.glsl.
vec3 octahedral(vec2 facet) { // not of unit length
    vec3 n = vec3(facet, 1.0 - abs(facet.x) - abs(facet.y));
    if (n.z < 0.0) n.xy = (1.0 - abs(n.yx)) * vec2(n.x < 0.0 ? -1.0 : 1.0, n.y < 0.0 ? -1.0 : 1.0);
    return n;
}

vec3 normal_of(vec2 facet) {
    return normalize(octahedral(facet));
}
