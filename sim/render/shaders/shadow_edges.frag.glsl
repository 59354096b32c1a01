// Where shadows of what stands may have edges, coarser than their map: how near to the sun the thing is that casts one
// near a place, or 1 where none is near. FIND: blocks of the map whose depths lie on no plane; else those and what is
// around them.
uniform sampler2D u_depth;
uniform sampler2D u_map;
uniform vec2 u_penumbra[2]; // as in light.frag.glsl
uniform vec2 u_flat[1]; // steps from texel to texel that differ by less than x, as a share of the map's depth
layout(location = 0) out vec4 color;

float depth_at(ivec2 at) {
    return texelFetch(u_depth, clamp(at, ivec2(0), textureSize(u_depth, 0) - 1), 0).r;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    float nearest = 1.0;
#ifdef FIND
    // A block and the first row and column of the next, so that no edge falls between two of them.
    vec4 above = vec4(0.0), least_x = vec4(1.0), most_x = vec4(-1.0), least_y = vec4(1.0), most_y = vec4(-1.0);
    for (int y = 0; y < 5; y++) {
        ivec2 first = at * 4 + ivec2(0, y);
        float last = depth_at(first + ivec2(4, 0));
        vec4 row = vec4(
            depth_at(first), depth_at(first + ivec2(1, 0)), depth_at(first + ivec2(2, 0)), depth_at(first + ivec2(3, 0))
        );
        vec4 across = vec4(row.yzw, last) - row;
        least_x = min(least_x, across);
        most_x = max(most_x, across);
        if (y > 0) {
            least_y = min(least_y, row - above);
            most_y = max(most_y, row - above);
        }
        above = row;
        nearest = min(min(nearest, last), min(min(row.x, row.y), min(row.z, row.w)));
    }
    vec2 least = min(vec2(least_x.x, least_y.x), vec2(least_x.y, least_y.y));
    least = min(least, min(vec2(least_x.z, least_y.z), vec2(least_x.w, least_y.w)));
    vec2 most = max(vec2(most_x.x, most_y.x), vec2(most_x.y, most_y.y));
    most = max(most, max(vec2(most_x.z, most_y.z), vec2(most_x.w, most_y.w)));
    if (all(lessThan(most - least, vec2(u_flat[0].x)))) nearest = 1.0;
#else
    nearest = depth_at(at);
    float here = texelFetch(u_map, at * 4 + 2, 0).r;
    for (int k = 0; k < 9; k++) {
        float beside = depth_at(at + ivec2(k % 3, k / 3) - 1);
        // What stands so near that its shadow's edge is sharp does not reach into the next block.
        vec2 reach = (here - beside) * u_penumbra[0];
        if (any(greaterThan(reach, u_penumbra[1]))) nearest = min(nearest, beside);
    }
#endif
    color = vec4(nearest);
}
