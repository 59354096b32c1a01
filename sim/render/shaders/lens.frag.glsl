// The picture of one face -> its part of the picture behind a lens. Color is filtered. Labels are taken from the
// nearest pixel of the face, so that no id is invented; the depth is that of the pixel's facet on the ray of this one.
uniform sampler2D u_table; // column and row in the face, number of the face
uniform sampler2D u_rays;  // unit ray of each pixel, camera axes
uniform sampler2D u_label;
#ifdef COLOR
uniform sampler2D u_color;
#endif
uniform mat4 u_camera_from_face;
uniform vec4 u_face; // fx = fy, cx, cy, number
layout(location = 0) out vec4 color;
layout(location = 1) out vec4 label;

vec3 point_at(ivec2 at, float depth_m) { // camera axes
    return mat3(u_camera_from_face) * vec3((vec2(at) + 0.5 - u_face.yz) / u_face.x, 1.0) * depth_m;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 table = texelFetch(u_table, at, 0);
    if (table.z != u_face.w) discard;
    color = vec4(0.0);
#ifdef COLOR
    color = textureLod(u_color, table.xy / vec2(textureSize(u_color, 0)), 0.0);
#endif
    ivec2 from = ivec2(table.xy);
    label = texelFetch(u_label, from, 0);
    if (label.y == SKY_CODE) return;
    vec3 ray = texelFetch(u_rays, at, 0).xyz;
    vec3 p = point_at(from, label.x);
    vec3 n = normal_of(label.zw);
    float nearest = length(p), low = nearest, high = nearest;
    // The plane holds as far as the facet does: never beyond what the pixels around the ray show of the same thing.
    ivec2 side = ivec2(greaterThan(fract(table.xy), vec2(0.5))) * 2 - 1, last = textureSize(u_label, 0) - 1;
    for (int k = 1; k < 4; k++) {
        ivec2 beside = clamp(from + side * ivec2(k & 1, k >> 1), ivec2(0), last);
        vec4 there = texelFetch(u_label, beside, 0);
        float reach = there.y == label.y ? length(point_at(beside, there.x)) : nearest;
        low = min(low, reach);
        high = max(high, reach);
    }
    float facing = dot(n, ray);
    label.x = (facing == 0.0 ? nearest : clamp(dot(n, p) / facing, low, high)) * ray.z;
}
