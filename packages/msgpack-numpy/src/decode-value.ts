import type { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import { Extension } from "./exact.js";
import { binName, type Form, numpyValue } from "./numpy-form.js";
import { knownKey, rememberKey } from "./text.js";
import { readTimestamp } from "./timestamp.js";
import type { Value } from "./values.js";

/** One value. `numpy`: whether msgpack-numpy's maps become arrays; `depth`: the number of containers around it. */
export function readValue(cursor: Cursor, numpy: boolean, depth: number): Value {
  const head = cursor.u8();
  if (head < 0x80) return head;
  if (head < 0x90) return map(cursor, head & 0x0f, numpy, depth);
  if (head < 0xa0) return array(cursor, head & 0x0f, numpy, depth);
  if (head < 0xc0) return str(cursor, head & 0x1f);
  if (head >= 0xe0) return head - 0x100;
  switch (head) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
      return cursor.take(cursor.u8());
    case 0xc5:
      return cursor.take(cursor.u16());
    case 0xc6:
      return cursor.take(cursor.u32());
    case 0xc7:
      return extension(cursor, cursor.u8());
    case 0xc8:
      return extension(cursor, cursor.u16());
    case 0xc9:
      return extension(cursor, cursor.u32());
    case 0xca:
      return cursor.f32();
    case 0xcb:
      return cursor.f64();
    case 0xcc:
      return cursor.u8();
    case 0xcd:
      return cursor.u16();
    case 0xce:
      return cursor.u32();
    case 0xcf:
      return cursor.u64();
    case 0xd0:
      return (cursor.u8() << 24) >> 24;
    case 0xd1:
      return (cursor.u16() << 16) >> 16;
    case 0xd2:
      return cursor.i32();
    case 0xd3:
      return cursor.i64();
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(cursor, 1 << (head - 0xd4));
    case 0xd9:
      return str(cursor, cursor.u8());
    case 0xda:
      return str(cursor, cursor.u16());
    case 0xdb:
      return str(cursor, cursor.u32());
    case 0xdc:
      return array(cursor, cursor.u16(), numpy, depth);
    case 0xdd:
      return array(cursor, cursor.u32(), numpy, depth);
    case 0xde:
      return map(cursor, cursor.u16(), numpy, depth);
    case 0xdf:
      return map(cursor, cursor.u32(), numpy, depth);
    default:
      throw malformed("byte 0xC1, which MessagePack never uses", cursor.position - 1);
  }
}

function str(cursor: Cursor, length: number): string {
  const start = cursor.skip(length);
  return cursor.text(cursor.bytes, start, start + length);
}

function extension(cursor: Cursor, length: number): Value {
  const at = cursor.position;
  const type = (cursor.u8() << 24) >> 24;
  const data = cursor.take(length);
  return type === -1 ? readTimestamp(data, at) : new Extension(type, data);
}

function array(cursor: Cursor, count: number, numpy: boolean, depth: number): Value[] {
  cursor.enter(depth);
  cursor.expect(count, 1);
  const items: Value[] = [];
  for (let k = 0; k < count; k++) items.push(readValue(cursor, numpy, depth + 1));
  return items;
}

/** An object while the keys are text; the first other key makes it a Map. A repeated key's last value wins, as in Python. */
function map(cursor: Cursor, count: number, numpy: boolean, depth: number): Value {
  const at = cursor.position;
  cursor.enter(depth);
  cursor.expect(count, 2);
  const object: { [key: string]: Value } = {};
  // JavaScript moves keys like "7" to the front of an object; a Map made from it later must not.
  let order: string[] | undefined;
  for (let k = 0; k < count; k++) {
    const key = textKey(cursor);
    if (key === undefined) return mixed(cursor, at, count - k, object, order ?? Object.keys(object), numpy, depth);
    if (order !== undefined) order.push(key);
    else if (startsWithDigit(key)) order = [...Object.keys(object), key];
    const value = readValue(cursor, numpy, depth + 1);
    if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    else object[key] = value;
  }
  return object;
}

function startsWithDigit(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

/** The text that comes next, or undefined and no step where something else does. */
function textKey(cursor: Cursor): string | undefined {
  const head = cursor.bytes[cursor.position];
  if (head === undefined) throw cursor.truncated(1);
  let length: number;
  if ((head & 0xe0) === 0xa0) {
    cursor.position++;
    length = head & 0x1f;
  } else if (head >= 0xd9 && head <= 0xdb) {
    cursor.position++;
    length = head === 0xd9 ? cursor.u8() : head === 0xda ? cursor.u16() : cursor.u32();
  } else return undefined;
  const start = cursor.skip(length);
  const known = knownKey(cursor.bytes, start, start + length);
  if (known !== undefined) return known;
  const key = cursor.text(cursor.bytes, start, start + length);
  rememberKey(key, cursor.bytes, start, start + length);
  return key;
}

/** The last `count` entries of a map whose first ones, `before` in `order`, had text keys; `at` is where the map's entries begin. */
function mixed(
  cursor: Cursor,
  at: number,
  count: number,
  before: { readonly [key: string]: Value },
  order: readonly string[],
  numpy: boolean,
  depth: number,
): Value {
  const keys: (Value | BinKey)[] = [];
  const values: Value[] = [];
  let form: Form | undefined;
  for (let k = 0; k < count; k++) {
    let key: Value | BinKey = textKey(cursor) ?? shortBinKey(cursor) ?? readValue(cursor, numpy, depth + 1);
    if (key instanceof Uint8Array) key = new BinKey(binName(key), key);
    const value = readValue(cursor, numpy, depth + 1);
    if (key instanceof BinKey && numpy) (form ??= new Map()).set(key.name, value);
    keys.push(key);
    values.push(value);
  }
  const read = form === undefined ? undefined : numpyValue(form, cursor, at);
  if (read !== undefined) return read;
  const result = new Map<Value, Value>();
  for (const key of order) result.set(key, before[key] as Value); // each was set by the caller
  // Bytes are equal by what they hold, in Python as in the message; a Map would go by the object.
  const seen = new Map<string, Uint8Array>();
  keys.forEach((key, k) => {
    const value = values[k] as Value; // as many as keys
    if (!(key instanceof BinKey)) {
      result.set(key, value);
      return;
    }
    const bytes =
      seen.get(key.name) ?? (typeof key.bytes === "number" ? cursor.bytes.subarray(key.bytes, key.bytes + key.name.length) : key.bytes);
    seen.set(key.name, bytes);
    result.set(bytes, value);
  });
  return result;
}

/** A key of bytes; `name` is {@link binName}. */
class BinKey {
  readonly name: string;
  /** Or where in the message they start. */
  readonly bytes: Uint8Array | number;

  constructor(name: string, bytes: Uint8Array | number) {
    this.name = name;
    this.bytes = bytes;
  }
}

/** A key of fewer than 256 bytes that comes next, with no view made of it: the keys of NumPy's maps come by the thousand. */
function shortBinKey(cursor: Cursor): BinKey | undefined {
  if (cursor.bytes[cursor.position] !== 0xc4) return undefined;
  cursor.position++;
  const length = cursor.u8();
  const start = cursor.skip(length);
  const known = knownKey(cursor.bytes, start, start + length);
  if (known !== undefined) return new BinKey(known, start);
  const name = binName(cursor.bytes.subarray(start, start + length));
  // The memory is shared with text, which is UTF-8.
  if (!beyondAscii.test(name)) rememberKey(name, cursor.bytes, start, start + length);
  return new BinKey(name, start);
}

const beyondAscii = /[^\0-\x7f]/;
