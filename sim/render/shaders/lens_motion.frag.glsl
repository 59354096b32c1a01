// Motion of one face -> its part of the motion behind a lens: between the pixels around the ray that show the same
// agent as the one lens.frag.glsl takes, for a body that turns moves differently from pixel to pixel.
uniform sampler2D u_table;
uniform sampler2D u_ahead;
uniform sampler2D u_back;
uniform vec4 u_face;
layout(location = 0) out vec4 ahead;
layout(location = 1) out vec4 back;

void main() {
    vec4 table = texelFetch(u_table, ivec2(gl_FragCoord.xy), 0);
    if (table.z != u_face.w) discard;
    ivec2 from = ivec2(table.xy), last = textureSize(u_ahead, 0) - 1;
    float code = texelFetch(u_ahead, from, 0).w;
    vec2 apart = fract(table.xy) - 0.5;
    ivec2 side = ivec2(greaterThan(apart, vec2(0.0))) * 2 - 1;
    vec2 share = abs(apart);
    ahead = back = vec4(0.0);
    for (int k = 0; k < 4; k++) {
        ivec2 step = ivec2(k & 1, k >> 1), beside = clamp(from + side * step, ivec2(0), last);
        vec4 a = texelFetch(u_ahead, beside, 0);
        vec2 weights = mix(1.0 - share, share, vec2(step));
        float weight = a.w == code ? weights.x * weights.y : 0.0;
        ahead.xyz += weight * a.xyz;
        back.xyz += weight * texelFetch(u_back, beside, 0).xyz;
        ahead.w += weight;
    }
    ahead.xyz /= ahead.w; // the nearest pixel alone is a quarter of it at least
    back.xyz /= ahead.w;
    ahead.w = back.w = code;
}
