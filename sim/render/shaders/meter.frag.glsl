// A film -> the means of its blocks of 8 x 8 pixels. A filtered texel between four pixels is their mean.
uniform sampler2D u_film;
uniform vec2 u_texel;
out vec4 color;

void main() {
    vec2 corner = floor(gl_FragCoord.xy) * 8.0;
    vec3 sum = vec3(0.0);
    for (int y = 1; y < 8; y += 2)
        for (int x = 1; x < 8; x += 2) sum += textureLod(u_film, (corner + vec2(x, y)) * u_texel, 0.0).rgb;
    color = vec4(sum / 16.0, 1.0);
}
