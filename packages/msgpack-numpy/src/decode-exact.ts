import type { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import {
  Bin,
  type BinFormat,
  Dict,
  type DictFormat,
  type Exact,
  Extension,
  type ExtensionFormat,
  Float,
  Int,
  List,
  type ListFormat,
  Str,
  type StrFormat,
} from "./exact.js";

/** One value, as written. `depth` is the number of containers around it. */
export function readExact(cursor: Cursor, depth: number): Exact {
  const head = cursor.u8();
  if (head < 0x80) return new Int(head, "fixint");
  if (head < 0x90) return dict(cursor, head & 0x0f, "fixmap", depth);
  if (head < 0xa0) return list(cursor, head & 0x0f, "fixarray", depth);
  if (head < 0xc0) return str(cursor, head & 0x1f, "fixstr");
  if (head >= 0xe0) return new Int(head - 0x100, "fixint");
  switch (head) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
      return bin(cursor, cursor.u8(), "bin8");
    case 0xc5:
      return bin(cursor, cursor.u16(), "bin16");
    case 0xc6:
      return bin(cursor, cursor.u32(), "bin32");
    case 0xc7:
      return extension(cursor, cursor.u8(), "ext8");
    case 0xc8:
      return extension(cursor, cursor.u16(), "ext16");
    case 0xc9:
      return extension(cursor, cursor.u32(), "ext32");
    case 0xca: {
      const at = cursor.position;
      return new Float(cursor.f32(), 32, cursor.bytes.subarray(at, at + 4));
    }
    case 0xcb: {
      const at = cursor.position;
      return new Float(cursor.f64(), 64, cursor.bytes.subarray(at, at + 8));
    }
    case 0xcc:
      return new Int(cursor.u8(), "uint8");
    case 0xcd:
      return new Int(cursor.u16(), "uint16");
    case 0xce:
      return new Int(cursor.u32(), "uint32");
    case 0xcf:
      return new Int(cursor.u64(), "uint64");
    case 0xd0:
      return new Int((cursor.u8() << 24) >> 24, "int8");
    case 0xd1:
      return new Int((cursor.u16() << 16) >> 16, "int16");
    case 0xd2:
      return new Int(cursor.i32(), "int32");
    case 0xd3:
      return new Int(cursor.i64(), "int64");
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(cursor, 1 << (head - 0xd4), "fixext");
    case 0xd9:
      return str(cursor, cursor.u8(), "str8");
    case 0xda:
      return str(cursor, cursor.u16(), "str16");
    case 0xdb:
      return str(cursor, cursor.u32(), "str32");
    case 0xdc:
      return list(cursor, cursor.u16(), "array16", depth);
    case 0xdd:
      return list(cursor, cursor.u32(), "array32", depth);
    case 0xde:
      return dict(cursor, cursor.u16(), "map16", depth);
    case 0xdf:
      return dict(cursor, cursor.u32(), "map32", depth);
    default:
      throw malformed("byte 0xC1, which MessagePack never uses", cursor.position - 1);
  }
}

const str = (cursor: Cursor, length: number, format: StrFormat): Str => new Str(cursor.take(length), format);
const bin = (cursor: Cursor, length: number, format: BinFormat): Bin => new Bin(cursor.take(length), format);

function extension(cursor: Cursor, length: number, format: ExtensionFormat): Extension {
  const type = (cursor.u8() << 24) >> 24;
  return new Extension(type, cursor.take(length), format);
}

function list(cursor: Cursor, count: number, format: ListFormat, depth: number): List {
  cursor.enter(depth);
  cursor.expect(count, 1);
  const items: Exact[] = [];
  for (let k = 0; k < count; k++) items.push(readExact(cursor, depth + 1));
  return new List(items, format);
}

function dict(cursor: Cursor, count: number, format: DictFormat, depth: number): Dict {
  cursor.enter(depth);
  cursor.expect(count, 2);
  const entries: [Exact, Exact][] = [];
  for (let k = 0; k < count; k++) entries.push([readExact(cursor, depth + 1), readExact(cursor, depth + 1)]);
  return new Dict(entries, format);
}
