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
};

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
  return { left: header.values, definitions, repetitions, encoding: header.encoding, body, values: position };
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
  };
}
