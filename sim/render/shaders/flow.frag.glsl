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
layout(location = 1) out vec4 flow_ahead;
layout(location = 2) out vec4 flow_back;
layout(location = 3) out vec4 scene_flow;

const float NOTHING = uintBitsToFloat(0x7FC00000u);
const float HIDDEN = 1.0 / 255.0;

// The point lies on the plane of the facet seen at a pixel of the other frame: same thing, same place.
bool is_seen_at(sampler2D other, ivec2 at, vec3 p, vec3 toward, float code) {
    at = clamp(at, ivec2(0), textureSize(other, 0) - 1);
    vec4 there = texelFetch(other, at, 0);
    if (code == SKY_CODE || there.y == SKY_CODE) return there.y == code;
    // A thin line and the road it is painted on are one surface; an agent is itself alone.
    if (max(there.y, code) >= FIRST_INSTANCE_CODE && there.y != code) return false;
    vec3 ray = ray_of(at), n = normal_of(there.zw);
    vec3 q = ray * (there.x / ray.z);
    float slack = 0.01 + 0.003 * length(q);
    // Along the point's own ray; on facets seen edge on, the plane says nothing and depths are compared.
    float facing = dot(n, toward);
    float reach = abs(facing) > 0.02 ? dot(n, q) / facing : length(q);
    return abs(reach - length(p)) < slack;
}

float is_hidden(sampler2D other, vec3 p, vec2 pixel, float code) {
    if (any(lessThan(pixel, vec2(0.0))) || any(greaterThanEqual(pixel, vec2(textureSize(other, 0))))) return HIDDEN;
    vec3 toward = normalize(p);
    ivec2 base = ivec2(floor(pixel - 0.5));
    for (int k = 0; k < 4; k++)
        if (is_seen_at(other, base + ivec2(k & 1, k >> 1), p, toward, code)) return 0.0;
    // A thing thinner than a pixel is missed by every pixel's ray: what is seen there lies behind it.
    vec4 there = texelFetch(other, ivec2(pixel), 0);
    if (code == SKY_CODE) return HIDDEN;
    if (there.y == SKY_CODE) return 0.0;
    vec3 ray = ray_of(ivec2(pixel));
    return length(ray * (there.x / ray.z)) > length(p) * 1.003 + 0.01 ? 0.0 : HIDDEN;
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
    is_gone = is_hidden(label, q, at, code);
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
    flow_ahead = flow_back = scene_flow = vec4(0.0);
    follow(0, u_label_ahead, p, ahead, here.y, flow_ahead.xy, hidden.x);
    follow(1, u_label_back, p, back, here.y, flow_back.xy, hidden.y);
    scene_flow.xyz = u_there[0] == 0.0 ? vec3(NOTHING) : ahead;
}
