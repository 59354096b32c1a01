in vec3 v_ahead;
in vec3 v_back;
flat in float v_code;
layout(location = 0) out vec4 ahead;
layout(location = 1) out vec4 back;

void main() {
    ahead = vec4(v_ahead, v_code);
    back = vec4(v_back, v_code);
}
