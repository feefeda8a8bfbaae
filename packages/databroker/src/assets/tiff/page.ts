import { sondeError } from "@sonde/core/bytes";
import type { Directory } from "./directory.js";

const tag = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
  jpegTables: 347,
} as const;

/** Every tag that says how the pixels lie. */
export const pixelTags: ReadonlySet<number> = new Set(Object.values(tag));

/** How the pixels of one image lie in the file. Strips are tiles as wide as the image. */
export type Page = {
  readonly width: number;
  readonly height: number;
  /** Values of a pixel. */
  readonly samples: number;
  /** Each sample has an image of its own rather than its place in the pixel. */
  readonly planar: boolean;
  readonly bits: number;
  /** NumPy's type in memory: "<u2". */
  readonly dtype: string;
  /** Height and width, with the samples where there are several: first if planar, else last. */
  readonly shape: readonly number[];
  readonly compression: number;
  readonly predictor: number;
  readonly photometric: number;
  /** Bits of each byte run from the lowest to the highest. */
  readonly reversedBits: boolean;
  readonly tiled: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly across: number;
  readonly down: number;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  readonly jpegTables: readonly number[] | undefined;
};

/** Rejects `format` where what the tags say can't be, `unsupported` for samples that differ from each other or are no numbers. */
export function pageOf({ tags, offset }: Directory, name: string): Page {
  const fail = (problem: string): never => {
    throw sondeError("format", `${name}: an image ${problem} (byte ${offset}): the file is damaged`, { key: name, offset });
  };
  const one = (number: number, fallback: number): number => tags.get(number)?.[0] ?? fallback;
  const length = (number: number, what: string, fallback = 0): number => {
    const value = one(number, fallback);
    return Number.isSafeInteger(value) && value >= 1 && value <= 2 ** 31 ? value : fail(`has ${value} for its ${what}`);
  };
  const width = length(tag.width, "width");
  const height = length(tag.height, "height");
  const samples = length(tag.samplesPerPixel, "samples", 1);
  if (samples > 65_535) fail(`has ${samples} samples`);
  const bits = alike(tags.get(tag.bitsPerSample) ?? [1], "bits", name);
  const format = alike(tags.get(tag.sampleFormat) ?? [1], "formats", name);
  const planar = samples > 1 && one(tag.planarConfiguration, 1) === 2;
  const tiled = tags.has(tag.tileOffsets);
  const blockWidth = tiled ? length(tag.tileWidth, "tile width") : width;
  const blockHeight = tiled ? length(tag.tileHeight, "tile height") : Math.min(height, length(tag.rowsPerStrip, "rows of a strip", height));
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const blocks = across * down * (planar ? samples : 1);
  const offsets = tags.get(tiled ? tag.tileOffsets : tag.stripOffsets) ?? fail("says nowhere where it lies");
  let byteCounts = tags.get(tiled ? tag.tileByteCounts : tag.stripByteCounts);
  const compression = one(tag.compression, 1);
  const rowBytes = Math.ceil((blockWidth * bits * (planar ? 1 : samples)) / 8);
  // Old writers leave the counts out, which can only be known where nothing is compressed.
  if (byteCounts === undefined && compression === 1) {
    byteCounts = offsets.map((_, k) => rowBytes * (tiled ? blockHeight : Math.min(blockHeight, height - (k % down) * blockHeight)));
  }
  if (byteCounts === undefined) return fail("says nowhere how long it is");
  if (offsets.length < blocks || byteCounts.length < blocks) fail(`of ${blocks} pieces has ${Math.min(offsets.length, byteCounts.length)}`);
  return {
    width,
    height,
    samples,
    planar,
    bits,
    dtype: dtypeOf(format, bits, name),
    shape: samples === 1 ? [height, width] : planar ? [samples, height, width] : [height, width, samples],
    compression,
    predictor: one(tag.predictor, 1),
    photometric: one(tag.photometric, 1),
    reversedBits: one(tag.fillOrder, 1) === 2,
    tiled,
    blockWidth,
    blockHeight,
    across,
    down,
    offsets,
    byteCounts,
    jpegTables: tags.get(tag.jpegTables),
  };
}

/** Bytes of a decoded row of a block, before samples of a few bits are spread to bytes. */
export const rowBytesOf = (page: Page): number => Math.ceil((page.blockWidth * page.bits * (page.planar ? 1 : page.samples)) / 8);
/** Bytes of one value in memory. */
export const sampleBytes = (page: Page): number => Number(page.dtype.slice(2));

function alike(values: readonly number[], what: string, name: string): number {
  const [first] = values;
  if (first !== undefined && values.every((value) => value === first)) return first;
  throw sondeError("unsupported", `${name}: its samples have different ${what} (${values.slice(0, 8).join(", ")}), which no array holds`, {
    what: "TIFF samples that differ",
  });
}

/** Unsigned integers of up to 16 bits are spread to whole bytes. */
function dtypeOf(format: number, bits: number, name: string): string {
  const whole = bits === 8 || bits === 16 || bits === 32 || bits === 64;
  const order = bits <= 8 ? "|" : "<";
  if ((format === 1 || format === 4) && whole) return `${order}u${bits / 8}`;
  if (format === 1 && bits === 1) return "|b1";
  if (format === 1 && bits >= 1 && bits < 16) return bits < 8 ? "|u1" : "<u2";
  if (format === 2 && whole) return `${order}i${bits / 8}`;
  if (format === 3 && whole && bits > 8) return `<f${bits / 8}`;
  throw sondeError("unsupported", `${name}: samples of format ${format} and ${bits} bits are not read: convert the file`, {
    what: `TIFF samples of format ${format}`,
  });
}
