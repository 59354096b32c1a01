in vec2 v_at;
in float v_clear;
layout(location = 0) out vec4 color;
layout(location = 1) out vec4 label;

void main() {
    vec2 edge = 1.0 - smoothstep(vec2(0.55, 0.45), vec2(1.0), abs(v_at));
    float light = 1.0 - edge.x * edge.y * 0.72; // as an eye sees it: its square is left
    color = vec4(0.0, 0.0, 0.0, (1.0 - light * light) * v_clear);
    label = vec4(0.0); // blended with alpha 0: labels stay exactly as they are
}
