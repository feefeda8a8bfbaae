/** Runs of bytes, TIFF 6.0, section 9. At most `length` bytes; what is cut short gives fewer. */
export function decodePackBits(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let written = 0;
  for (let at = 0; at < input.length && written < length; ) {
    const control = ((input[at++] ?? 0) << 24) >> 24;
    if (control >= 0) {
      const run = input.subarray(at, at + Math.min(control + 1, length - written));
      output.set(run, written);
      written += run.length;
      at += control + 1;
    } else if (control !== -128) {
      const to = Math.min(length, written + 1 - control);
      if (at < input.length) output.fill(input[at++] ?? 0, written, to);
      written = to;
    }
  }
  return output.subarray(0, written);
}
