// Filmic curve (Narkowicz, "ACES filmic tone mapping curve", 2015) and a display gamma of 2: no pow per pixel.
vec3 tone(vec3 x) {
    return sqrt(clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0));
}
