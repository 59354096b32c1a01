in vec2 v_at;
flat in float v_dark;
layout(location = 0) out vec4 color;
layout(location = 1) out vec4 label;

void main() {
    float across = 1.0 - smoothstep(0.35, 1.0, abs(v_at.y));
    float along = smoothstep(0.0, 0.08, v_at.x) * (1.0 - smoothstep(0.25, 1.0, v_at.x));
    color = vec4(0.0, 0.0, 0.0, v_dark * across * along);
    label = vec4(0.0); // blended with alpha 0: labels stay exactly as they are
}
