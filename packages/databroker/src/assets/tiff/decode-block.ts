import { type Limiter, sondeError } from "@sonde/core/bytes";
import { inflate } from "./inflate.js";
import { decodeByLibrary } from "./library.js";
import { decodeLzw } from "./lzw.js";
import { decodePackBits } from "./packbits.js";
import type { Page } from "./page.js";
import { swap, undoPredictor } from "./predictor.js";

/** What compressions are called that are not read, by their number. */
const foreign: { readonly [compression: number]: string } = {
  2: "CCITT runs",
  3: "CCITT fax 3",
  4: "CCITT fax 4",
  6: "old JPEG",
  34676: "SGI LogLuv",
  34677: "SGI LogLuv 24",
  34887: "LERC",
  34925: "LZMA",
  50001: "WebP",
  50002: "JPEG XL",
};

type Block = {
  readonly page: Page;
  readonly endian: "little" | "big";
  /** Rows that the block has: the last strip has fewer. */
  readonly rows: number;
  readonly rowBytes: number;
  readonly name: string;
};

/**
 * The rows of one strip or tile, numbers little endian, samples of a few bits still packed. Rejects `format` where it holds fewer bytes than
 * its rows take, `unsupported` for a compression that is not read.
 */
export async function decodeBlock(stored: Uint8Array, block: Block, limiter: Limiter, signal: AbortSignal): Promise<Uint8Array> {
  const { page, endian, rows, rowBytes, name } = block;
  const length = limiter.bytes(rows * rowBytes, `a piece of ${name}`);
  const input = page.reversedBits ? stored.map(reversedByte) : stored;
  const bytes = await unpacked(input, length, block, signal);
  if (bytes.length < length) {
    throw sondeError("format", `${name}: a piece of its image has ${bytes.length} bytes of ${length}: the file is damaged or cut short`, {
      key: name,
    });
  }
  const bigEndian = endian === "big";
  const width = page.bits / 8;
  const wide = Number.isInteger(width) && width > 1;
  if (page.predictor === 1 && !(bigEndian && wide)) return bytes.subarray(0, length);
  // What came from a source is not written to.
  const own = bytes.slice(0, length);
  if (page.predictor !== 1) {
    if (!Number.isInteger(width)) throw sondeError("format", `${name}: a predictor over ${page.bits} bits`, { key: name });
    undoPredictor(own, { predictor: page.predictor, rowBytes, stride: page.planar ? 1 : page.samples, width, bigEndian }, name);
  } else swap(own, width);
  return own;
}

async function unpacked(input: Uint8Array, length: number, { page, name, rows }: Block, signal: AbortSignal): Promise<Uint8Array> {
  switch (page.compression) {
    case 1:
      return input;
    case 5:
      return decodeLzw(input, length, name);
    case 8:
    case 32946:
      return inflate(input, length, name, signal);
    case 32773:
      return decodePackBits(input, length);
    case 7:
    case 50000:
      return decodeByLibrary(input, length, page, rows, name);
    default: {
      const what = foreign[page.compression] ?? "a compression unknown here";
      throw sondeError("unsupported", `${name} is compressed by ${what} (${page.compression}), which is not read: convert the file`, {
        what: `TIFF compression ${page.compression}`,
      });
    }
  }
}

function reversedByte(byte: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit);
  return result;
}
