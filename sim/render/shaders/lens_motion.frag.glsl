// Motion of one face -> its part of the motion behind a lens, from the pixels that lens.frag.glsl takes.
uniform sampler2D u_table;
uniform sampler2D u_ahead;
uniform sampler2D u_back;
uniform vec4 u_face;
layout(location = 0) out vec4 ahead;
layout(location = 1) out vec4 back;

void main() {
    vec4 table = texelFetch(u_table, ivec2(gl_FragCoord.xy), 0);
    if (table.z != u_face.w) discard;
    ahead = texelFetch(u_ahead, ivec2(table.xy), 0);
    back = texelFetch(u_back, ivec2(table.xy), 0);
}
