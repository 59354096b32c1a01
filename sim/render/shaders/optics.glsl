// The camera's optics: pixel -> ray, point -> pixel. Camera axes, pixels from the image's corner.
uniform vec4 u_focal[1]; // fx, fy, cx, cy
#ifdef LENS_RAYS
uniform sampler2D u_rays; // unit ray of each pixel
uniform vec4 u_lens[3]; // k1 k2 p1 p2 | k3 k4 k5 k6 (or k1 k2 k3 k4 of the fisheye) | 0, 1 fisheye, limit

vec3 ray_of(ivec2 at) {
    return texelFetch(u_rays, at, 0).xyz;
}

// atan(y / x) for y >= 0, 0..pi, to 2e-7: the built-in one may be off by more than a hundredth of a pixel.
float angle_of(float y, float x) {
    float far = max(y, abs(x)), t = min(y, abs(x)) / far;
    bool steep = t > 0.41421356;
    float s = steep ? (t - 1.0) / (t + 1.0) : t, q = s * s;
    float a = s * (1.0 - q * (1.0 / 3.0 - q * (1.0 / 5.0 - q * (1.0 / 7.0 - q * (1.0 / 9.0 - q * (1.0 / 11.0 - q / 13.0))))));
    if (steep) a += 0.78539816;
    if (y > abs(x)) a = 1.57079633 - a;
    return x < 0.0 ? 3.14159265 - a : a;
}

// False beyond what the lens maps; formulas as in OpenCV's calib3d ("fisheye" is Kannala and Brandt's model).
bool project(vec3 p, out vec2 pixel) {
    vec2 xy;
    if (u_lens[2].y > 0.0) {
        float r = length(p.xy);
        float a = angle_of(r, p.z), a2 = a * a;
        float d = a * (1.0 + a2 * (u_lens[1].x + a2 * (u_lens[1].y + a2 * (u_lens[1].z + a2 * u_lens[1].w))));
        xy = r > 1e-9 ? p.xy * (d / r) : vec2(0.0);
        pixel = u_focal[0].xy * xy + u_focal[0].zw;
        return a < u_lens[2].z;
    }
    if (p.z <= 0.0) return false;
    xy = p.xy / p.z;
    vec4 k = u_lens[0], m = u_lens[1];
    float r2 = dot(xy, xy);
    float radial = (1.0 + r2 * (k.x + r2 * (k.y + r2 * m.x))) / (1.0 + r2 * (m.y + r2 * (m.z + r2 * m.w)));
    vec2 tangential = vec2(
        2.0 * k.z * xy.x * xy.y + k.w * (r2 + 2.0 * xy.x * xy.x), k.z * (r2 + 2.0 * xy.y * xy.y) + 2.0 * k.w * xy.x * xy.y
    );
    pixel = u_focal[0].xy * (xy * radial + tangential) + u_focal[0].zw;
    return r2 < u_lens[2].z * u_lens[2].z;
}
#else
vec3 ray_of(ivec2 at) {
    return vec3((vec2(at) + 0.5 - u_focal[0].zw) / u_focal[0].xy, 1.0);
}

bool project(vec3 p, out vec2 pixel) {
    pixel = u_focal[0].xy * p.xy / p.z + u_focal[0].zw;
    return p.z > 0.0;
}
#endif
