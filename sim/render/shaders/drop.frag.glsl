// A drop on the lens: a small lens of its own, out of focus. It shows the scene upside down and wide, its rim darker.
flat in vec4 v_drop;
flat in vec2 v_look;
uniform sampler2D u_small; // the film, an eighth of its size
uniform vec2 u_size;
out vec4 color;

void main() {
    vec2 off = gl_FragCoord.xy - v_drop.xy;
    float trail = 0.0;
    if (off.y < 0.0) { // the trail thins upward, the more the longer it is
        float up = min(-off.y, v_look.y);
        trail = up / max(v_look.y, 2.0 * v_drop.z);
        off.y += up;
    }
    float radius = v_drop.z * (1.0 - 0.7 * trail);
    float away = length(off);
    float inside = clamp((radius + v_drop.w - away) / (2.0 * v_drop.w), 0.0, 1.0);
    float share = inside * inside * (3.0 - 2.0 * inside) * v_look.x * (1.0 - 0.6 * trail);
    if (share < 0.004) discard;
#ifdef MASK
    color = vec4(share);
#else
    vec2 turned = off / (v_drop.z + v_drop.w);
    vec2 middle = mix(v_drop.xy / u_size, vec2(0.5, 0.48), 0.55);
    vec2 spread = 0.5 * min(v_drop.w / v_drop.z, 1.5) * vec2(0.06, 0.10);
    vec3 seen = vec3(0.0);
    for (int k = 0; k < 9; k++) { // out of focus: the drop's picture is blurred as its rim is
        vec2 at = middle - 0.34 * turned + spread * (vec2(float(k % 3), float(k / 3)) - 1.0);
        seen += textureLod(u_small, clamp(at, 0.0, 1.0), 2.2).rgb;
    }
    seen *= 1.0 / 9.0;
    float rim = smoothstep(0.45, 1.0, away / (radius + 0.5 * v_drop.w));
    color = vec4(seen * (1.04 - 0.55 * rim), share);
#endif
}
