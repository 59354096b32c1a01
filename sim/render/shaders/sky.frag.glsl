in vec3 v_direction;
uniform vec3 u_disc; // where the sun is, or the moon when it has set
uniform vec3 u_disc_glare; // its radiance

void main() {
    vec3 d = normalize(v_direction);
    vec3 radiance = mix(haze(d), sky(d, 0.0), smoothstep(-0.01, 0.04, d.z));
    // The disc is 0.53 degrees wide; air and lens spread some of it.
    float toward = dot(d, u_disc);
    float glow = exp2(500.0 * (toward - 1.0));
    radiance += u_disc_glare * (smoothstep(0.999982, 0.999992, toward) + 1.2e-5 * glow + 5e-5 * exp2(9000.0 * (toward - 1.0)));
    show(radiance, uintBitsToFloat(0x7F800000u), SKY_CODE, vec2(0.0)); // infinitely far
}
