// Where each pixel's surface point is in the next frame and was in the one before, and whether it is seen there.
uniform sampler2D u_label;
uniform sampler2D u_label_ahead;
uniform sampler2D u_label_back;
uniform sampler2D u_ahead; // metres each agent's surface points move, world axes, and the agent's code
uniform sampler2D u_back;
uniform mat4 u_camera_from_world;
uniform mat4 u_other_from_camera[2]; // next, before
uniform float u_there[2]; // 1 if there is such a frame
layout(location = 0) out vec4 hidden; // next, before: 1 hidden or outside, 0 seen, 255 no such frame
layout(location = 1) out vec4 flow; // to the next frame, to the one before
layout(location = 2) out vec4 scene_flow;

const float NOTHING = uintBitsToFloat(0x7FC00000u);
const float HIDDEN = 1.0 / 255.0;

// Whether the pixel a point falls on shows something nearer. "Nearer" counts if it is so both at the pixel's center and
// where the plane of the facet seen there meets the point's own ray: a slope alone hides nothing.
float is_hidden(sampler2D other, vec3 p, vec2 pixel, bool is_sky) {
    if (any(lessThan(pixel, vec2(0.0))) || any(greaterThanEqual(pixel, vec2(textureSize(other, 0))))) return HIDDEN;
    ivec2 at = ivec2(pixel);
    vec4 there = texelFetch(other, at, 0);
    if (is_sky || there.y == SKY_CODE) return there.y == SKY_CODE ? 0.0 : HIDDEN;
    vec3 ray = ray_of(at), n = octahedral(there.zw);
    vec3 q = ray * (there.x / ray.z);
    float reach = length(p);
    float nearer = 0.997 * reach - 0.01;
    return dot(n, q) / dot(n, p) * reach < nearer && length(q) < nearer ? HIDDEN : 0.0;
}

// The surface point p, moved by `moved`, in the other frame.
void follow(int other, sampler2D label, vec3 p, vec3 moved, float code, out vec2 flow, out float is_gone) {
    flow = vec2(NOTHING);
    is_gone = 1.0;
    if (u_there[other] == 0.0) return;
    is_gone = HIDDEN;
    // The sky is infinitely far: it turns, but it does not come nearer.
    float weight = code == SKY_CODE ? 0.0 : 1.0;
    vec3 q = (u_other_from_camera[other] * vec4(p + moved, weight)).xyz;
    vec2 at;
    if (!project(q, at)) return;
    // What rests before a camera that rests has no flow at all: not even that of rounding.
    flow = q == p ? vec2(0.0) : at - gl_FragCoord.xy;
    is_gone = is_hidden(label, q, at, code == SKY_CODE);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 here = texelFetch(u_label, at, 0);
    vec3 ray = ray_of(at);
    vec3 p = here.y == SKY_CODE ? ray : ray * (here.x / ray.z);
    vec3 ahead = vec3(0.0), back = vec3(0.0);
    if (here.y >= FIRST_INSTANCE_CODE) {
        vec4 a = texelFetch(u_ahead, at, 0);
        // Drawn with the same triangles and without scenery: the nearest agent is the one that is seen.
        if (a.w == here.y) {
            ahead = mat3(u_camera_from_world) * a.xyz;
            back = mat3(u_camera_from_world) * texelFetch(u_back, at, 0).xyz;
        }
    }
    hidden = vec4(0.0);
    scene_flow = vec4(0.0);
    follow(0, u_label_ahead, p, ahead, here.y, flow.xy, hidden.x);
    follow(1, u_label_back, p, back, here.y, flow.zw, hidden.y);
    scene_flow.xyz = u_there[0] == 0.0 ? vec3(NOTHING) : ahead;
}
