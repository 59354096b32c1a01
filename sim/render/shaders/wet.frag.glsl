// The water film of the ground over the picture: what stretch.frag.glsl gives, by Fresnel's law, before what lies below.
uniform sampler2D u_reflection; // coarser: rgb, share of standing water
uniform vec4 u_haze;            // rgb as the film is exposed, halvings a metre
out vec4 color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 label = texelFetch(u_label, at, 0);
    if (!is_ground(label.y)) discard;
    vec3 ray = camera_ray(gl_FragCoord.xy);
    vec3 offset = world_offset(ray * label.x);
    float distance_m = length(offset);
    float facing = clamp(-offset.z / distance_m, 0.0, 1.0);
    vec4 mirrored = textureLod(u_reflection, gl_FragCoord.xy / vec2(textureSize(u_label, 0)), 0.0);
    float pool = mirrored.a;
    float glance = 1.0 - facing;
    float steep = glance * glance;
    float fresnel = 0.02 + 0.98 * steep * steep * glance;
    // Between the stones of a rough surface water mirrors at every angle but hides behind stones at a glance.
    float film = u_weather[0].x * u_weather[0].x * (label.y == 3.0 ? 0.34 : 0.42);
    float weight = fresnel * mix(film, 0.92, pool);
    float clear = exp2(-u_haze.w * distance_m);
    vec3 seen = max(mirrored.rgb - u_haze.rgb * (1.0 - clear), vec3(0.0));
    color = vec4(seen * weight, weight);
}
