import { type ByteSource, type Limiter, sondeError } from "@sonde/core/bytes";
import { type Box, product, sizeOf } from "../box.js";
import { decodeBlock } from "./decode-block.js";
import { type Page, rowBytesOf, sampleBytes } from "./page.js";

/** Pieces that lie one after the other are read at once, up to so many bytes: strips are often of 8 KiB. */
const longestRead = 4 * 2 ** 20;

type Piece = {
  readonly offset: number;
  readonly length: number;
  /** Of its first value. */
  readonly row: number;
  readonly column: number;
  readonly sample: number;
  readonly rows: number;
};

/** The values of a box of a page's shape, little endian. Only the strips or tiles that it touches are read, and of an uncompressed one only its rows. */
export async function readPage(
  source: ByteSource,
  page: Page,
  endian: "little" | "big",
  box: Box,
  limiter: Limiter,
  options: { readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { name } = source;
  const [rows, columns, samples] = extentsOf(page, box);
  const width = sampleBytes(page);
  const result = new Uint8Array(limiter.bytes(product(sizeOf(box)) * width, name));
  const rowBytes = rowBytesOf(page);
  const size = await source.size(options);
  for await (const { piece, bytes } of stored(source, piecesOf(page, rows, columns, samples, rowBytes, size, name), options)) {
    const block = { page, endian, rows: piece.rows, rowBytes, name };
    const decoded = await decodeBlock(bytes, block, limiter, options.signal);
    place(decoded, piece, page, { rows, columns, samples, width, rowBytes }, result);
  }
  return result;
}

type Extents = readonly [rows: Box[number], columns: Box[number], samples: Box[number]];

function extentsOf(page: Page, box: Box): Extents {
  const one = { start: 0, end: 1 };
  const [a = one, b = one, c = one] = box;
  if (page.samples === 1) return [a, b, one];
  return page.planar ? [b, c, a] : [a, b, c];
}

function piecesOf(
  page: Page,
  rows: Box[number],
  columns: Box[number],
  samples: Box[number],
  rowBytes: number,
  size: number,
  name: string,
): Piece[] {
  const pieces: Piece[] = [];
  if (rows.end <= rows.start || columns.end <= columns.start || samples.end <= samples.start) return pieces;
  const planes = page.planar ? samples : { start: 0, end: 1 };
  for (let sample = planes.start; sample < planes.end; sample++) {
    for (let down = Math.floor(rows.start / page.blockHeight); down * page.blockHeight < rows.end; down++) {
      for (let across = Math.floor(columns.start / page.blockWidth); across * page.blockWidth < columns.end; across++) {
        const index = (sample * page.down + down) * page.across + across;
        const offset = page.offsets[index] ?? 0;
        const length = page.byteCounts[index] ?? 0;
        if (offset > size || length > size - offset) {
          throw sondeError("format", `${name}: ${length} bytes at ${offset} are not in the file of ${size}: it is damaged or cut short`, {
            key: name,
            offset,
          });
        }
        const row = down * page.blockHeight;
        const blockRows = page.tiled ? page.blockHeight : Math.min(page.blockHeight, page.height - row);
        const whole = { offset, length, row, column: across * page.blockWidth, sample, rows: blockRows };
        pieces.push(page.compression === 1 ? onlyRows(whole, rows, rowBytes) : whole);
      }
    }
  }
  return pieces;
}

/** Rows of what is not compressed can be read for themselves. */
function onlyRows(piece: Piece, rows: Box[number], rowBytes: number): Piece {
  const first = Math.max(0, rows.start - piece.row);
  const end = Math.min(piece.rows, rows.end - piece.row);
  const skipped = Math.min(piece.length, first * rowBytes);
  return {
    ...piece,
    offset: piece.offset + skipped,
    length: Math.min(piece.length - skipped, (end - first) * rowBytes),
    row: piece.row + first,
    rows: end - first,
  };
}

/** The bytes of each piece, neighbours by one read. */
async function* stored(source: ByteSource, pieces: readonly Piece[], options: { readonly signal: AbortSignal }) {
  for (let first = 0; first < pieces.length; ) {
    const start = pieces[first]?.offset ?? 0;
    let end = start;
    let next = first;
    for (; next < pieces.length; next++) {
      const piece = pieces[next];
      if (piece === undefined || piece.offset !== end || (next > first && end + piece.length - start > longestRead)) break;
      end += piece.length;
    }
    const bytes = await source.read({ start, end }, options);
    for (const piece of pieces.slice(first, next))
      yield { piece, bytes: bytes.subarray(piece.offset - start, piece.offset - start + piece.length) };
    first = next;
  }
}

type Target = {
  readonly rows: Box[number];
  readonly columns: Box[number];
  readonly samples: Box[number];
  readonly width: number;
  readonly rowBytes: number;
};

/** Copies the part of a decoded block that lies in the box. */
function place(
  decoded: Uint8Array,
  piece: Piece,
  page: Page,
  { rows, columns, samples, width, rowBytes }: Target,
  result: Uint8Array,
): void {
  const perPixel = page.planar ? 1 : page.samples;
  const kept = page.planar ? 1 : samples.end - samples.start;
  const plane = page.planar ? (piece.sample - samples.start) * (rows.end - rows.start) * (columns.end - columns.start) : 0;
  const from = Math.max(columns.start, piece.column);
  const to = Math.min(columns.end, piece.column + page.blockWidth);
  const packed = page.bits % 8 !== 0;
  for (let row = Math.max(rows.start, piece.row); row < Math.min(rows.end, piece.row + piece.rows); row++) {
    const source = (row - piece.row) * rowBytes;
    const target = (plane + ((row - rows.start) * (columns.end - columns.start) + (from - columns.start)) * kept) * width;
    if (packed) {
      for (let column = from, at = target; column < to; column++) {
        for (let sample = 0; sample < kept; sample++, at += width) {
          const value = bitsAt(
            decoded,
            source,
            ((column - piece.column) * perPixel + (page.planar ? 0 : samples.start) + sample) * page.bits,
            page.bits,
          );
          result[at] = value;
          if (width === 2) result[at + 1] = value >> 8;
        }
      }
    } else if (kept === perPixel) {
      const start = source + (from - piece.column) * perPixel * width;
      result.set(decoded.subarray(start, start + (to - from) * perPixel * width), target);
    } else {
      for (let column = from, at = target; column < to; column++, at += kept * width) {
        const start = source + ((column - piece.column) * perPixel + samples.start) * width;
        result.set(decoded.subarray(start, start + kept * width), at);
      }
    }
  }
}

/** Up to 15 bits, the most significant first. */
function bitsAt(bytes: Uint8Array, start: number, bit: number, count: number): number {
  const at = start + (bit >> 3);
  const window = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (window >> (24 - (bit & 7) - count)) & ((1 << count) - 1);
}
