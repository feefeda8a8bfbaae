import { type Data, DataType } from "apache-arrow";
import { sondeError } from "../../errors.js";
import { float16 } from "../../table/column.js";

/**
 * A column as float64, NaN where it is null: a view where it is that already, else converted once a batch, so that every
 * loop over numbers is compiled for one kind of array. 64-bit integers are rounded; kernels that keep them exact read words.
 */
export function numbersOf(data: Data): Float64Array {
  const { type, length } = data;
  if (!DataType.isInt(type) && !DataType.isFloat(type)) {
    throw sondeError("unsupported", `a column of Arrow type ${type} holds no numbers`, { what: String(type) });
  }
  const values = data.values.subarray(0, length);
  const plain = data.nullCount === 0;
  if (plain && values instanceof Float64Array) return values;
  const numbers = new Float64Array(length);
  if (DataType.isFloat(type) && values instanceof Uint16Array)
    for (let row = 0; row < length; row++) numbers[row] = float16(values[row] ?? 0);
  else if (DataType.isInt(type) && type.bitWidth === 64) for (let row = 0; row < length; row++) numbers[row] = Number(values[row]);
  else numbers.set(values);
  if (!plain) clearNulls(data, numbers);
  return numbers;
}

/** Reads the bitmap by bytes: most are full, and asking row by row costs ten times the sums. */
function clearNulls(data: Data, numbers: Float64Array): void {
  const bits: Uint8Array = data.nullBitmap ?? new Uint8Array(0);
  const end = data.offset + data.length;
  for (let bit = data.offset; bit < end; ) {
    const byte = bits[bit >> 3] ?? 0;
    if (byte === 0xff) {
      bit = ((bit >> 3) + 1) << 3;
      continue;
    }
    const next = Math.min(((bit >> 3) + 1) << 3, end);
    for (; bit < next; bit++) if ((byte & (1 << (bit & 7))) === 0) numbers[bit - data.offset] = Number.NaN;
  }
}
