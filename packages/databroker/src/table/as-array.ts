import { sondeError } from "@sonde/core/bytes";
import { NdArray } from "@sonde/msgpack-numpy";
import type { AssetArray } from "../handlers/types.js";
import { isAssetArray } from "../write/document-encoder.js";

/** An array as a document may hold it (NumPy's, lists in lists, what was filled in) in one form; undefined for what is no array of numbers. */
export function asArray(value: unknown): AssetArray | undefined {
  if (value instanceof NdArray) return isTyped(value.data) ? { shape: value.shape, data: value.data } : undefined;
  if (isTyped(value)) return { shape: [value.length], data: value };
  if (isAssetArray(value)) return value;
  return Array.isArray(value) ? ofLists(value) : undefined;
}

/** As {@link asArray}; rejects `unsupported` what is none. */
export function arrayOf(value: unknown, what: string): AssetArray {
  const array = asArray(value);
  if (array !== undefined) return array;
  throw sondeError("unsupported", `${what} holds no array of numbers: read it with \`data()\` or \`table()\``, { what });
}

function isTyped(value: unknown): value is AssetArray["data"] {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8ClampedArray);
}

const most = 2 ** 28;

/** Lists of equal length in lists, of numbers and booleans at the bottom; 64-bit integers where one is a bigint. */
function ofLists(list: readonly unknown[]): AssetArray | undefined {
  const shape: number[] = [];
  for (let at: unknown = list; Array.isArray(at); at = at[0]) {
    shape.push(at.length);
    if (at.length === 0) break;
  }
  if (shape.length > 32) return undefined;
  const size = shape.reduce((product, side) => product * side, 1);
  if (size > most) return undefined;
  const numbers = new Float64Array(size);
  let next = 0;
  let whole = true;
  let big: BigInt64Array | undefined;
  const fill = (value: unknown, depth: number): boolean => {
    if (depth < shape.length) {
      return Array.isArray(value) && value.length === shape[depth] && value.every((item) => fill(item, depth + 1));
    }
    if (typeof value === "bigint") {
      if (!whole || BigInt.asIntN(64, value) !== value) return false;
      big ??= BigInt64Array.from(numbers, (number) => BigInt(number));
      big[next++] = value;
      return true;
    }
    if (typeof value !== "number" && typeof value !== "boolean") return false;
    whole &&= Number.isSafeInteger(Number(value));
    if (big !== undefined && !whole) return false;
    if (big !== undefined) big[next++] = BigInt(Number(value));
    else numbers[next++] = Number(value);
    return true;
  };
  return fill(list, 0) ? { shape, data: big ?? numbers } : undefined;
}
