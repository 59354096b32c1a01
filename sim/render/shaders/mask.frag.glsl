// A share as a byte: never 0 where there is any.
uniform sampler2D u_mask;
out vec4 color;

void main() {
    color = vec4(ceil(min(texelFetch(u_mask, ivec2(gl_FragCoord.xy), 0).r, 1.0) * 255.0) / 255.0);
}
