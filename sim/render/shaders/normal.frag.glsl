// The normal out of a label target, as three numbers; zero at the sky.
uniform sampler2D u_label;
out vec4 normal;

void main() {
    vec4 here = texelFetch(u_label, ivec2(gl_FragCoord.xy), 0);
    normal = here.y == SKY_CODE ? vec4(0.0) : vec4(normal_of(here.zw), 0.0);
}
