import { sondeError } from "@sonde/core/bytes";

const clear = 256;
const end = 257;
const mostCodes = 4096;

/**
 * LZW as TIFF 6.0, section 13 has it: codes of 9 to 12 bits, most significant bit first, one code early. Never writes more than `length`
 * bytes, however long the code goes on; returns what was written. Rejects `format` for codes that stand for nothing.
 */
export function decodeLzw(input: Uint8Array, length: number, name: string): Uint8Array {
  const output = new Uint8Array(length);
  // An entry is the text before its last byte (another entry) and that byte; its length tells where to write backwards from.
  const prefix = new Uint16Array(mostCodes);
  const last = new Uint8Array(mostCodes);
  const first = new Uint8Array(mostCodes);
  const lengths = new Uint16Array(mostCodes);
  for (let code = 0; code < 256; code++) {
    last[code] = first[code] = code;
    lengths[code] = 1;
  }
  // The old form, whose bits run the other way, begins by a clear code too.
  if (input[0] === 0 && ((input[1] ?? 0) & 1) === 1) {
    throw sondeError("unsupported", `${name}: LZW of the form that TIFF had before version 5 is not read: convert the file`, {
      what: "old LZW",
    });
  }
  let next = end + 1;
  let width = 9;
  let before = -1;
  let bits = 0;
  let held = 0;
  let at = 0;
  let written = 0;
  while (written < length) {
    while (held < width) {
      if (at >= input.length) return output.subarray(0, written);
      bits = ((bits << 8) | (input[at++] ?? 0)) & 0xffffff;
      held += 8;
    }
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === end) break;
    if (code === clear) {
      next = end + 1;
      width = 9;
      before = -1;
      continue;
    }
    if (before === -1 ? code > 255 : code > next) {
      throw sondeError("format", `${name}: LZW code ${code} stands for nothing (byte ${at} of its piece): the file is damaged`, {
        key: name,
      });
    }
    if (before !== -1 && next < mostCodes) {
      prefix[next] = before;
      first[next] = first[before] ?? 0;
      last[next] = first[code === next ? before : code] ?? 0;
      lengths[next] = (lengths[before] ?? 0) + 1;
      next += 1;
    } else if (before !== -1 && code >= next) {
      throw sondeError("format", `${name}: LZW code ${code} after a full table (byte ${at} of its piece): the file is damaged`, {
        key: name,
      });
    }
    const run = lengths[code] ?? 0;
    let entry = code;
    for (let to = written + run - 1; to >= written; to--) {
      if (to < length) output[to] = last[entry] ?? 0;
      entry = prefix[entry] ?? 0;
    }
    written = Math.min(length, written + run);
    before = code;
    if (next >= (1 << width) - 1 && width < 12) width += 1;
  }
  return output.subarray(0, written);
}
