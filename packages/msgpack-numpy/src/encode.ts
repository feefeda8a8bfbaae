import { Complex } from "./complex.js";
import { failure } from "./errors.js";
import { Bin, Dict, Extension, Float, Int, List, Str } from "./exact.js";
import { NdArray } from "./nd-array.js";
import { ndArray } from "./nd-make.js";
import { limitsOf } from "./options.js";
import { pack, Raw, Sequence } from "./packr.js";
import { MsgpackTimestamp, timestampBytes } from "./timestamp.js";
import { Opaque } from "./values.js";
import { extensionHead, floatBytes, integerBytes, lengthHead } from "./wire.js";

export interface EncodeOptions {
  /** Containers inside containers; 200 by default, at most 500. */
  readonly maxDepth?: number;
}

/**
 * Writes one message, byte for byte as Python's `msgpack.packb(value, default=msgpack_numpy.encode, use_bin_type=True)` does.
 *
 * Whole numbers become integers (`new Float(1)` is the float), bigints integers of at most 64 bits, Uint8Array bytes, other typed arrays and
 * {@link NdArray} NumPy arrays, Date and {@link MsgpackTimestamp} timestamps; Map keeps keys of any type. Rejects with `unsupported`, naming
 * the path, what has no form (undefined, functions, cycles, other classes), and with `limit` integers that are too large.
 *
 * @example
 * ```ts
 * encode({ score: 3, spikes: BigUint64Array.of(1n, 2n) });
 * ```
 */
export function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  return pack(new Preparation(limitsOf(options).maxDepth).value(value));
}

const lone = /\p{Surrogate}/u;
const key = (text: string) => new TextEncoder().encode(text);
const keys = { nd: key("nd"), type: key("type"), kind: key("kind"), shape: key("shape"), data: key("data"), complex: key("complex") };
const noKind = new Uint8Array(0);
const structured = key("V");

/** One message: turns values into those that msgpackr writes as Python does, and refuses the others. */
class Preparation {
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  readonly #around: object[] = [];

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  value(value: unknown): unknown {
    switch (typeof value) {
      case "boolean":
        return value;
      case "number":
        return this.#number(value);
      case "bigint":
        return this.#integer(value, undefined);
      case "string":
        if (lone.test(value)) throw this.#refuse("text with half a surrogate pair");
        return value;
      case "object":
        return value === null ? null : this.#object(value);
      default:
        throw this.#refuse(typeof value);
    }
  }

  #number(value: number): unknown {
    if (!Number.isSafeInteger(value)) return value;
    if (Object.is(value, -0)) return new Raw(floatBytes(value, 64));
    return value >= -(2 ** 31) && value < 2 ** 32 ? value : this.#integer(BigInt(value), undefined);
  }

  #integer(value: bigint, format: string | undefined): unknown {
    if (format === undefined && value >= -(2n ** 31n) && value < 2n ** 32n) return Number(value);
    const bytes = integerBytes(value, format ?? (value < 0n ? "int64" : "uint64"));
    if (bytes !== undefined) return new Raw(bytes);
    if (format !== undefined) throw this.#refuse(`${value} as ${format}`);
    const allowed = value < 0n ? -(2n ** 63n) : 2n ** 64n - 1n;
    throw failure("limit", `MessagePack: ${this.#where()} is ${value}, beyond 64 bits: write it as text`, {
      what: "integer",
      asked: value,
      allowed,
    });
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) return this.#inside(value, () => Array.from(value, (item, k) => this.#at(k, item)));
    if (value instanceof Uint8Array)
      return value.constructor === Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.length);
    if (value instanceof Map) return this.#inside(value, () => this.#map(value));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#inside(value, () => this.#plain(value));
    if (value instanceof NdArray) return numpyMap(value);
    if (value instanceof Complex)
      return new Map<unknown, unknown>([
        [keys.complex, true],
        [keys.data, value.toString()],
      ]);
    if (value instanceof MsgpackTimestamp) return this.#timestamp(value);
    if (value instanceof Date) return this.#date(value);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return numpyMap(ndArray(value));
    return this.#exact(value);
  }

  #exact(value: object): unknown {
    if (value instanceof Float)
      return new Raw(value.bytes === undefined ? floatBytes(value.value, value.bits) : this.#floatAsRead(value, value.bytes));
    if (value instanceof Int) {
      if (typeof value.value === "number" && !Number.isSafeInteger(value.value)) throw this.#refuse(`an Int of ${value.value}`);
      return this.#integer(BigInt(value.value), value.format);
    }
    if (value instanceof Str) return this.#bytes("str", value.bytes, value.format);
    if (value instanceof Bin) return this.#bytes("bin", value.bytes, value.format);
    if (value instanceof Extension) return this.#extension(value.type, value.data, value.format);
    if (value instanceof List) {
      const head = this.#head("list", value.items.length, value.format);
      return this.#inside(value, () => new Sequence([head, ...value.items.map((item, k) => this.#at(k, item))]));
    }
    if (value instanceof Dict) {
      const head = this.#head("dict", value.entries.length, value.format);
      return this.#inside(
        value,
        () => new Sequence([head, ...value.entries.flatMap(([name, item], k) => [this.#at(k, name), this.#at(k, item)])]),
      );
    }
    if (value instanceof Opaque) throw this.#refuse(`an opaque NumPy value (${value.reason})`);
    // The constructor of a foreign object may be anything.
    const made = (value as { readonly constructor?: { readonly name?: unknown } }).constructor;
    throw this.#refuse(`an instance of ${String(made?.name ?? "an unknown class")}`);
  }

  #floatAsRead(value: Float, bytes: Uint8Array): Uint8Array {
    if (bytes.length !== value.bits / 8) throw this.#refuse(`a Float of ${value.bits} bits in ${bytes.length} bytes`);
    const result = floatBytes(0, value.bits);
    result.set(bytes, 1);
    return result;
  }

  #plain(value: object): unknown {
    const result = new Map<string, unknown>();
    for (const [name, item] of Object.entries(value)) {
      if (lone.test(name)) throw this.#refuse("a key with half a surrogate pair");
      result.set(name, this.#at(name, item));
    }
    return result;
  }

  #map(value: ReadonlyMap<unknown, unknown>): unknown {
    // Not a Map: keys that differ here (1 and 1n) may be written alike.
    const parts: unknown[] = [this.#head("dict", value.size, undefined)];
    for (const [name, item] of value) {
      const label = typeof name === "string" || typeof name === "number" ? name : "(key)";
      parts.push(this.#at(label, name), this.#at(label, item));
    }
    return new Sequence(parts);
  }

  #bytes(family: "str" | "bin", bytes: Uint8Array, format: string | undefined): unknown {
    return new Sequence([this.#head(family, bytes.length, format), new Raw(bytes)]);
  }

  #head(family: "str" | "bin" | "list" | "dict", length: number, format: string | undefined): Raw {
    const head = lengthHead(family, length, format);
    if (head === undefined) throw this.#refuse(`${length} bytes or elements as ${format ?? family}`);
    return new Raw(head);
  }

  #extension(type: number, data: Uint8Array, format: string | undefined): unknown {
    if (!Number.isInteger(type) || type < -128 || type > 127) throw this.#refuse(`an extension of type ${type}`);
    const head = extensionHead(type, data.length, format);
    if (head === undefined) throw this.#refuse(`an extension of ${data.length} bytes as ${format ?? "ext32"}`);
    return new Sequence([new Raw(head), new Raw(data)]);
  }

  #date(date: Date): unknown {
    const milliseconds = date.getTime();
    if (Number.isNaN(milliseconds)) throw this.#refuse("an invalid Date");
    return this.#timestamp(new MsgpackTimestamp(BigInt(milliseconds) * 1_000_000n));
  }

  #timestamp(timestamp: MsgpackTimestamp): unknown {
    const bytes = timestampBytes(timestamp);
    if (bytes === undefined) throw this.#refuse("a timestamp whose seconds take more than 64 bits");
    return this.#extension(-1, bytes, bytes.length === 12 ? "ext8" : "fixext");
  }

  #at(step: string | number, value: unknown): unknown {
    this.#path.push(step);
    const prepared = this.value(value);
    this.#path.pop();
    return prepared;
  }

  #inside(container: object, prepare: () => unknown): unknown {
    if (this.#around.includes(container)) throw this.#refuse("a cycle: the value contains itself");
    if (this.#around.length >= this.#maxDepth) {
      const asked = this.#around.length + 1;
      const message = `MessagePack: ${this.#where()} is nested ${asked} deep, ${this.#maxDepth} are allowed: raise \`maxDepth\``;
      throw failure("limit", message, { what: "levels of nesting", asked, allowed: this.#maxDepth, option: "maxDepth" });
    }
    this.#around.push(container);
    const prepared = prepare();
    this.#around.pop();
    return prepared;
  }

  #where(): string {
    const steps = this.#path.map((step) =>
      typeof step === "number" ? `[${step}]` : /^[\w$]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    );
    return `value${steps.join("")}`;
  }

  #refuse(what: string): Error {
    return failure("unsupported", `MessagePack: ${this.#where()} is ${what}, which has no form: convert it first`, { what });
  }
}

/** The map of msgpack-numpy 0.4.8, its keys in that order. */
function numpyMap(array: NdArray): Map<unknown, unknown> {
  const { descr } = array;
  return new Map<unknown, unknown>([
    [keys.nd, true],
    [keys.type, descr],
    [keys.kind, typeof descr === "string" ? noKind : structured],
    [keys.shape, array.shape],
    [keys.data, array.bytes],
  ]);
}
