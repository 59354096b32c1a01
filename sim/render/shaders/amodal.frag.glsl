// Sets one bit for each pixel of this agent's silhouette, whatever stands before it. Bits lie row by row in the
// agent's own box, 32 to a word, from word u_first on; a bit set twice is set once, so no layer counts double.
layout(r32i) uniform coherent iimage2D u_bits;
flat in ivec4 v_box;   // left, top, words in a row, first word
flat in ivec2 v_size;  // width, height

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy) - v_box.xy;
    if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, v_size))) discard;
    int word = v_box.w + at.y * v_box.z + (at.x >> 5);
    imageAtomicOr(u_bits, ivec2(word & 1023, word >> 10), 1 << (at.x & 31));
}
