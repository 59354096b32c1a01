// People: cloth and skin. Vertex tints times a small fabric texture; light wraps a little around soft bodies.
in vec3 v_seen;
in float v_depth;
flat in float v_code;
in vec3 v_normal;
in vec4 v_tint;
in vec2 v_uv;
flat in float v_glow;
flat in float v_layer;
uniform sampler2DArray u_albedo;

const float FOLD_M = 0.028, STRAND_M = 0.0016; // height of the deepest folds and of locks of hair
const int BARE = 0, HAIR = 8, LEATHER = 9; // layers, see sim.bodies.people.fabric
const vec3 UNDER_SKIN = vec3(0.26, 0.18, 0.14); // how far light wraps around flesh, most of it red

// The normal of a surface raised by a height in metres. After Mikkelsen, "Bump Mapping Unparametrized Surfaces on the
// GPU" (JGT 2010): no tangents needed.
vec3 raised(vec3 n, float height_m) {
    vec3 along_x = dFdx(v_seen), along_y = dFdy(v_seen);
    vec3 right = cross(along_y, n), up = cross(n, along_x);
    float area = dot(along_x, right);
    vec3 slope = sign(area) * (dFdx(height_m) * right + dFdy(height_m) * up);
    return normalize(abs(area) * n - slope);
}

void main() {
    vec2 facet = facet_of(v_seen);
    vec3 fabric = texture(u_albedo, vec3(v_uv, v_layer)).rgb;
    vec3 albedo = fabric * fabric * v_tint.rgb;
#ifdef WET
    albedo *= 1.0 - 0.3 * u_weather[0].x;
#endif
    float folds = texture(u_albedo, vec3(v_uv * 0.5, v_layer)).a;
    int layer = int(v_layer + 0.5);
    vec3 n = raised(normalize(v_normal), (layer == HAIR ? STRAND_M : FOLD_M) * folds);
    // Little light falls between folds; a tile's middle height is that of skin.
    if (layer != BARE) albedo *= 0.72 + 0.62 * folds;
    vec3 to_camera = -v_seen;
    float distance_m = length(to_camera);
    vec3 v = to_camera / distance_m;
    vec3 wrap = layer == BARE ? UNDER_SKIN : vec3(0.18);
    vec3 facing = max((dot(n, u_sun_direction) + wrap) / (1.0 + wrap), 0.0);
    vec3 sun = facing.r > 0.0 ? facing * sunlight(1.0) : vec3(0.0);
    float rim = 1.0 - max(dot(n, v), 0.0);
    vec3 radiance = albedo * (ambient(n) * v_tint.a + sun) + 0.05 * rim * rim * rim * ambient(n);
#ifdef LAMPS
    Lamplight lamps = lamplight(v_seen + u_camera_world, n);
    radiance += (albedo + 0.1 * rim * rim * rim) * lamps.around * v_tint.a;
#endif
    if (layer == HAIR || layer == LEATHER) {
        vec3 h = normalize(v + u_sun_direction);
        float near = max(dot(n, h), 0.0);
        near *= near;
        near *= near;
        near *= near;
        vec3 gloss = layer == HAIR ? 0.5 * albedo + 0.012 : vec3(0.03);
        radiance += gloss * near * near * (2.0 * sun + ambient(reflect(-v, n)));
    }
    show(fogged(radiance, v, distance_m), v_depth, v_code, facet);
}
