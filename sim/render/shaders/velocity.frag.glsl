// Where each pixel's surface point goes in the second half of the exposure, in pixels, how near it is, and whether it
// is an agent that moves. Agents are rigid that long: a table tells how each moves against the camera.
uniform sampler2D u_motions;
out vec4 velocity;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 here = texelFetch(u_label, at, 0);
    bool is_sky = here.y == SKY_CODE;
    vec4 p = vec4(seen_at(at, here), is_sky ? 0.0 : 1.0);
    int row = max(int(here.y) - int(FIRST_INSTANCE_CODE) + 1, 0);
    vec3 q = vec3(
        dot(texelFetch(u_motions, ivec2(0, row), 0), p), dot(texelFetch(u_motions, ivec2(1, row), 0), p),
        dot(texelFetch(u_motions, ivec2(2, row), 0), p)
    );
    velocity = vec4(way_to(q), is_sky ? 0.0 : 1.0 / length(p.xyz), texelFetch(u_motions, ivec2(3, row), 0).x);
}
