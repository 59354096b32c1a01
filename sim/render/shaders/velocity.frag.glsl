// Where each pixel's surface point goes in the second half of the exposure, in pixels, how near it is, and whether it
// is an agent that moves.
uniform sampler2D u_label;
uniform sampler2D u_ahead; // metres each agent's surface points move in that time, world axes, and the agent's code
uniform mat4 u_camera_from_world;
uniform mat4 u_later_from_camera;
out vec4 velocity;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 here = texelFetch(u_label, at, 0);
    vec3 ray = ray_of(at);
    bool is_sky = here.y == SKY_CODE;
    vec3 p = is_sky ? ray : ray * (here.x / ray.z);
    vec3 moved = vec3(0.0);
    float moves = 0.0;
    if (here.y >= FIRST_INSTANCE_CODE) {
        vec4 ahead = texelFetch(u_ahead, at, 0);
        if (ahead.w == here.y) {
            moved = mat3(u_camera_from_world) * ahead.xyz;
            moves = 1.0;
        }
    }
    vec3 q = (u_later_from_camera * vec4(p + moved, is_sky ? 0.0 : 1.0)).xyz;
    vec2 later, way = vec2(0.0);
    if (project(q, later)) way = later - gl_FragCoord.xy;
    float way_px = length(way);
    way *= min(1.0, (BLUR_TILE - 1.0) / max(way_px, 1e-6)); // as far as the tiles around are looked at
    velocity = vec4(way, is_sky ? 0.0 : 1.0 / length(p), moves);
}
