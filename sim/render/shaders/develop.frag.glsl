// The film as it is, toned.
uniform sampler2D u_film;
uniform float u_gain[1];
out vec4 color;

void main() {
    color = vec4(tone(u_gain[0] * texelFetch(u_film, ivec2(gl_FragCoord.xy), 0).rgb), 1.0);
}
