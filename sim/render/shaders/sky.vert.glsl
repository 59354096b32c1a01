// A triangle over the whole image at the far plane; v_direction is the ray of the pixel, world axes.
uniform mat4 u_world_ray_from_clip;
in vec4 p3d_Vertex;
out vec3 v_direction;

void main() {
    gl_Position = vec4(p3d_Vertex.xy, 0.99999, 1.0);
    v_direction = (u_world_ray_from_clip * vec4(p3d_Vertex.xy, 1.0, 1.0)).xyz;
}
