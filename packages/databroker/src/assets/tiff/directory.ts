/** The directories of a TIFF file. Source: TIFF 6.0, section 2; BigTIFF. */

import { type ByteSource, cursorOver, type Limiter, sondeError } from "@sonde/core/bytes";

/** The values of the tags that are read, as numbers; text is its bytes. */
export type Tags = ReadonlyMap<number, readonly number[]>;

export type Directory = {
  readonly tags: Tags;
  /** Where it lies in the file. */
  readonly offset: number;
};

export type TiffDirectories = {
  readonly endian: "little" | "big";
  /** Main chain only; those below it (`SubIFDs`) are thumbnails and the like. */
  readonly directories: readonly Directory[];
};

type Layout = { readonly big: boolean; readonly endian: "little" | "big"; readonly size: number };

/** Bytes of one value by TIFF's type. Types without an entry are skipped, as TIFF asks. */
const widths: { readonly [type: number]: number } = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/**
 * Follows the chain of directories and reads the tags in `wanted`, and no others. Rejects `format` for what is no TIFF file, for a chain that
 * comes back to where it was, and for values that lie outside of the file; `limit` for more directories or values than are allowed.
 */
export async function readDirectories(
  source: ByteSource,
  wanted: ReadonlySet<number>,
  limiter: Limiter,
  options: { readonly signal: AbortSignal },
): Promise<TiffDirectories> {
  const size = await source.size(options);
  const head = await source.read({ start: 0, end: Math.min(16, size) }, options);
  const { layout, first } = headerOf(head, size, source.name);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  for (let offset = first; offset !== 0; ) {
    if (seen.has(offset)) throw damaged(source.name, "its chain of directories goes in a circle", offset);
    seen.add(offset);
    limiter.object(`the directories of ${source.name}`);
    const { tags, next } = await readDirectory(source, offset, layout, wanted, limiter, options);
    directories.push({ tags, offset });
    offset = next;
  }
  if (directories.length === 0) throw damaged(source.name, "it has no image", layout.big ? 8 : 4);
  return { endian: layout.endian, directories };
}

function headerOf(head: Uint8Array, size: number, name: string): { readonly layout: Layout; readonly first: number } {
  const order = String.fromCharCode(...head.subarray(0, 2));
  if (order !== "II" && order !== "MM") throw damaged(name, "it does not begin as a TIFF file", 0);
  const endian = order === "II" ? "little" : "big";
  const cursor = cursorOver(head, { endian, key: name });
  cursor.skip(2);
  const version = cursor.u16();
  if (version === 42) return { layout: { big: false, endian, size }, first: cursor.u32() };
  if (version !== 43 || cursor.u16() !== 8 || cursor.u16() !== 0) throw damaged(name, `its version ${version} is not known`, 2);
  return { layout: { big: true, endian, size }, first: cursor.uint(8) };
}

async function readDirectory(
  source: ByteSource,
  offset: number,
  { big, endian, size }: Layout,
  wanted: ReadonlySet<number>,
  limiter: Limiter,
  options: { readonly signal: AbortSignal },
): Promise<{ readonly tags: Tags; readonly next: number }> {
  const { name } = source;
  const at = async (position: number, length: number) => {
    if (position > size || length > size - position)
      throw damaged(name, `${length} bytes at ${position} are not in the file of ${size}`, offset);
    return cursorOver(await source.read({ start: position, end: position + length }, options), { endian, key: name, offset: position });
  };
  const countWidth = big ? 8 : 2;
  const entryWidth = big ? 20 : 12;
  const inline = big ? 8 : 4;
  const entries = (await at(offset, countWidth)).uint(countWidth);
  if (entries > 65_535) throw damaged(name, `a directory of ${entries} entries`, offset);
  const body = await at(offset + countWidth, entries * entryWidth + inline);
  const tags = new Map<number, readonly number[]>();
  for (let entry = 0; entry < entries; entry++) {
    const tag = body.u16();
    const type = body.u16();
    const count = body.uint(inline);
    const value = body.take(inline);
    const width = widths[type];
    if (!wanted.has(tag) || width === undefined) continue;
    limiter.elements(count, `tag ${tag} of ${name}`);
    const bytes = count * width;
    const values = bytes <= inline ? value.take(bytes) : await at(value.uint(inline), bytes);
    tags.set(tag, decodeValues(values, type, count));
  }
  return { tags, next: body.uint(inline) };
}

function decodeValues(cursor: ReturnType<typeof cursorOver>, type: number, count: number): readonly number[] {
  const read: () => number = (() => {
    switch (type) {
      case 3:
        return () => cursor.u16();
      case 4:
      case 13:
        return () => cursor.u32();
      case 5:
        return () => cursor.u32() / cursor.u32();
      case 6:
        return () => cursor.i8();
      case 8:
        return () => cursor.i16();
      case 9:
        return () => cursor.i32();
      case 10:
        return () => cursor.i32() / cursor.i32();
      case 11:
        return () => cursor.f32();
      case 12:
        return () => cursor.f64();
      case 16:
      case 18:
        return () => cursor.uint(8);
      case 17:
        return () => Number(cursor.i64());
      default:
        return () => cursor.u8();
    }
  })();
  return Array.from({ length: count }, read);
}

function damaged(name: string, problem: string, offset: number) {
  return sondeError("format", `${name}: ${problem} (byte ${offset}): the file is damaged or no TIFF file`, { key: name, offset });
}
