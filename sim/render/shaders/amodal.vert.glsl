uniform sampler2D u_boxes; // two texels an agent: left, top, words in a row, first word; width, height
flat out ivec4 v_box;
flat out ivec2 v_size;

void main() {
    vec3 p, n;
    pose(p, n);
    gl_Position = u_clip_from_world * vec4(p, 1.0);
    v_box = ivec4(texelFetch(u_boxes, ivec2(0, int(u_agent.x)), 0));
    v_size = ivec2(texelFetch(u_boxes, ivec2(1, int(u_agent.x)), 0).xy);
}
