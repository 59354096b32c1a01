// A copy of a label target that outlives the next picture.
uniform sampler2D u_label;
out vec4 label;

void main() {
    label = texelFetch(u_label, ivec2(gl_FragCoord.xy), 0);
}
