// A vehicle's lamps -> what they add to the map of the ground: red, green where a beam goes to (world x, y) times the
// irradiance of a wall across it; blue the irradiance of the ground; alpha that of red lamps. Units: a street lamp's.
in vec2 v_ahead;
flat in vec2 v_forward;
flat in vec3 v_lamps;
flat in vec3 v_beam;
out vec4 light;

// A low beam: a core a dozen degrees to each side in a wide, weak rest. Some 15,000 candela at most, against the 30 lux
// below a street lamp.
const float BRIGHTEST = 450.0;

void main() {
    float h = v_beam.x;
    float d2 = dot(v_ahead, v_ahead) + h * h;
    if (v_beam.z < 0.0) {
        float near = clamp(1.0 - d2 / 64.0, 0.0, 1.0);
        light = vec4(0.0, 0.0, 0.0, (0.5 * v_lamps.y + 0.4 * v_lamps.z) * h * near * near / (d2 + 0.6));
        return;
    }
    float x = max(v_ahead.x, 0.25);
    float side = v_ahead.y / x;
    side *= side;
    float intensity = 0.75 * exp(-18.0 * side) + 0.25 * exp(-2.2 * side);
    float far = clamp(1.0 - d2 / 4900.0, 0.0, 1.0);
    // What a beam falls on stops it.
    intensity *= far * (1.0 - smoothstep(v_beam.y - 0.3, v_beam.y + 1.2, v_ahead.x)) * smoothstep(0.0, 0.8, v_ahead.x);
    float across = BRIGHTEST * min(v_lamps.x, 1.0) * intensity / (d2 + 6.0);
    // Brightest just below the cut-off, a degree below the horizon; less and less before the car. Asphalt is rough: it
    // shows more of a grazing beam than a plane would.
    float down = h / sqrt(d2);
    float ground = across * exp(-max(down - 0.02, 0.0) / 0.085) * (down + 0.08);
    vec2 to = normalize(v_ahead.x * v_forward + v_ahead.y * vec2(-v_forward.y, v_forward.x));
    light = vec4(to * across, ground, 0.0);
}
