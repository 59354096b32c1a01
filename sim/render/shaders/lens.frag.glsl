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

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 table = texelFetch(u_table, at, 0);
    if (table.z != u_face.w) discard;
    color = vec4(0.0);
#ifdef COLOR
    color = textureLod(u_color, table.xy / vec2(textureSize(u_color, 0)), 0.0);
#endif
    label = texelFetch(u_label, ivec2(table.xy), 0);
    if (label.y == SKY_CODE) return;
    vec3 ray = texelFetch(u_rays, at, 0).xyz;
    vec3 p = mat3(u_camera_from_face) * vec3((floor(table.xy) + 0.5 - u_face.yz) / u_face.x, 1.0) * label.x;
    vec3 n = normal_of(label.zw);
    float nearest = length(p), facing = dot(n, ray), along = dot(n, p) / facing;
    // A facet seen edge on says little about the next ray: then the pixel's own distance is kept.
    bool is_plain = abs(facing) > 0.01 && along > 0.8 * nearest && along < 1.25 * nearest;
    label.x = (is_plain ? along : nearest) * ray.z;
}
