in vec3 v_direction;

void main() {
    vec3 d = normalize(v_direction);
    vec3 radiance = sky(d, 0.0);
    float toward_sun = max(dot(d, u_sun_direction), 0.0);
    radiance += u_sun * (smoothstep(0.99985, 0.99995, toward_sun) * 60.0 + 0.12 * pow(toward_sun, 300.0));
    radiance = mix(u_fog.rgb, radiance, smoothstep(-0.01, 0.10, d.z) * 0.75 + 0.25);
    show(radiance, uintBitsToFloat(0x7F800000u), SKY_CODE, vec2(0.0)); // infinitely far
}
