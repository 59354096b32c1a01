in vec4 p3d_Vertex;
out vec2 v_at;

void main() {
    gl_Position = vec4(p3d_Vertex.xy, 0.0, 1.0);
    v_at = p3d_Vertex.xy * 0.5 + 0.5;
}
