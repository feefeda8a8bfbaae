import { damaged, type Place } from "../damage.js";
import { encodings } from "../values/encodings.js";
import { BitPackedReader, bitWidth, HybridReader, type LevelReader } from "../values/hybrid.js";
import type { PageHeader } from "./page-header.js";

/** A page of data, decompressed: levels are read as they are needed. */
export type DataPage = {
  /** Level entries that are not taken yet. */
  left: number;
  readonly definitions: LevelReader | undefined;
  readonly repetitions: LevelReader | undefined;
  readonly encoding: number;
  readonly body: Uint8Array;
  /** Where the values begin in `body`. */
  readonly values: number;
  /** Values that the page has put where its reader wanted them, all of its own; it holds no others. */
  readonly delivered: number;
};

/** Where the plain values of a whole page may go at once, without a stop: `size` bytes, or undefined where they may not. */
export type Room = (page: { readonly values: number; readonly encoding: number; readonly size: number }) => Uint8Array | undefined;

type Levels = { readonly definition: number; readonly repeated: number };

/** A page of version 1: levels, each after its length, and values, all compressed together (parquet.thrift, DataPageHeader). */
export function pageOfVersion1(header: PageHeader, body: Uint8Array, { definition, repeated }: Levels, place: Place): DataPage {
  let position = 0;
  const levels = (greatest: number, encoding: number): LevelReader | undefined => {
    if (greatest === 0) return undefined;
    const width = bitWidth(greatest);
    if (encoding === encodings.bitPacked) {
      const start = position;
      position += (header.values * width + 7) >> 3;
      if (position > body.length) throw damaged(place, "levels longer than their page");
      return new BitPackedReader(body, start, width);
    }
    if (encoding !== encodings.rle) throw damaged(place, `levels of encoding ${encoding}`);
    if (body.length - position < 4) throw damaged(place, "levels without their length");
    const length = new DataView(body.buffer, body.byteOffset + position, 4).getUint32(0, true);
    const start = position + 4;
    if (length > body.length - start) throw damaged(place, `${length} bytes of levels in a page of ${body.length}`);
    position = start + length;
    return new HybridReader(body, start, position, width, place);
  };
  const repetitions = levels(repeated, header.repetitionEncoding);
  const definitions = levels(definition, header.definitionEncoding);
  return { left: header.values, definitions, repetitions, encoding: header.encoding, body, values: position, delivered: 0 };
}

/** A page of version 2: `levels` as stored, `body` the decompressed values (parquet.thrift, DataPageHeaderV2). */
export function pageOfVersion2(
  header: PageHeader,
  levels: Uint8Array,
  body: Uint8Array,
  { definition, repeated }: Levels,
  place: Place,
): DataPage {
  const middle = header.repetitionBytes;
  return {
    left: header.values,
    repetitions: repeated === 0 ? undefined : new HybridReader(levels, 0, middle, bitWidth(repeated), place),
    definitions: definition === 0 ? undefined : new HybridReader(levels, middle, levels.length, bitWidth(definition), place),
    encoding: header.encoding,
    body,
    values: 0,
    delivered: 0,
  };
}

/** A page whose values lie where they are wanted. */
export function deliveredPage({ values, encoding }: PageHeader): DataPage {
  const body = new Uint8Array(0);
  return { left: 0, definitions: undefined, repetitions: undefined, encoding, body, values: 0, delivered: values };
}
