/** Values in a form that JSON keeps whole and that Python's `exact.py` writes alike. */

const view = new DataView(new ArrayBuffer(8));

/** The bits of a double, in hexadecimal; every NaN is one. */
export function floatBits(value) {
  view.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

/** A number by its bits; beyond what a double holds exactly, by its digits. */
export function number(value) {
  if (typeof value === "number") return { number: floatBits(value) };
  return value >= -(2n ** 53n) + 1n && value < 2n ** 53n ? { number: floatBits(Number(value)) } : { integer: String(value) };
}

export const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

/** SHA-256 of long data, which one case compares as a whole. */
export async function digest(bytes) {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
}

/** What `decode` of @sonde/msgpack-numpy returns. `classes` is that package: the values are told apart by its classes. */
export function messageValue(value, classes) {
  const inside = (item) => messageValue(item, classes);
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return number(value);
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (Array.isArray(value)) return value.map(inside);
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [inside(key), inside(item)]) };
  if (value instanceof classes.NdArray) {
    return { array: value.descr, shape: [...value.shape], bytes: hex(value.bytes), items: inside(value.toNested()) };
  }
  if (value instanceof classes.Float) return number(value.value);
  if (value instanceof classes.Complex) return { complex: [floatBits(value.re), floatBits(value.im)] };
  if (value instanceof classes.MsgpackTimestamp) return { timestamp: String(value.nanos) };
  if (value instanceof classes.Extension) return { extension: value.type, bytes: hex(value.data) };
  if (value instanceof classes.Opaque) return { opaque: value.dtype };
  return { map: Object.entries(value).map(([key, item]) => [key, inside(item)]) };
}
