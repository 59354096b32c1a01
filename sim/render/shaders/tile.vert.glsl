// The tiles of an image whose class is between two numbers, see moving_tiles.py.
uniform sampler2D u_tiles;
uniform vec2 u_between;
uniform vec2 u_size; // of the image, px

void main() {
    ivec2 across = textureSize(u_tiles, 0);
    int tile = gl_VertexID / 4, corner = gl_VertexID & 3;
    ivec2 at = ivec2(tile % across.x, tile / across.x);
    float kind = texelFetch(u_tiles, at, 0).x;
    vec2 px = (vec2(at) + vec2(corner & 1, corner >> 1)) * BLUR_TILE;
    bool is_drawn = kind > u_between.x && kind < u_between.y;
    gl_Position = is_drawn ? vec4(px / u_size * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
