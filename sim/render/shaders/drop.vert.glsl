// A drop on the lens as a quad around it, see weather/lens_drops.py.
uniform sampler2D u_drops; // a row each: x, y, radius, blur | opacity, length of the trail; px
uniform vec2 u_size;       // of the picture, px
flat out vec4 v_drop;
flat out vec2 v_look;

void main() {
    int row = gl_VertexID / 4, corner = gl_VertexID & 3;
    v_drop = texelFetch(u_drops, ivec2(0, row), 0);
    v_look = texelFetch(u_drops, ivec2(1, row), 0).xy;
    float reach = v_drop.z + v_drop.w + 1.0;
    vec2 at = v_drop.xy + vec2((corner & 1) == 0 ? -reach : reach, (corner & 2) == 0 ? -reach - v_look.y : reach);
    gl_Position = v_look.x > 0.0 ? vec4(at / u_size * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
}
