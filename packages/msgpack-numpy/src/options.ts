import { failure } from "./errors.js";

/** What one message may ask for. Every bound is checked before memory is taken. */
export interface DecodeLimits {
  /** Containers inside containers; 200 by default, at most 500. */
  readonly maxDepth?: number;
  /** Length of the message in bytes; 1 GiB by default. */
  readonly maxBytes?: number;
  /** Values made in all: elements of arrays, keys and values of maps, elements of NumPy arrays that take no bytes. Ten million by default. */
  readonly maxElements?: number;
}

export interface DecodeOptions extends DecodeLimits {
  /** Whether maps of the form that msgpack-numpy writes become arrays and scalars; true by default. */
  readonly numpy?: boolean;
  /** Text that is not UTF-8: an error (default), or U+FFFD in place of the damage. */
  readonly utf8?: "error" | "replace";
}

export type Limits = Required<DecodeLimits>;

const defaults: Limits = { maxDepth: 200, maxBytes: 2 ** 30, maxElements: 10_000_000 };
/** Reading and writing call themselves: writing this many levels takes about half of the usual stack of 1 MB. */
const deepest = 500;

/** The limits of one call; rejects what is no limit with `options`. */
export function limitsOf(options: DecodeLimits | undefined): Limits {
  if (options === undefined) return defaults;
  if (typeof options !== "object" || options === null) throw refused("options", "is not an object");
  if (options.maxDepth === undefined && options.maxBytes === undefined && options.maxElements === undefined) return defaults;
  const limits = {
    maxDepth: options.maxDepth ?? defaults.maxDepth,
    maxBytes: options.maxBytes ?? defaults.maxBytes,
    maxElements: options.maxElements ?? defaults.maxElements,
  };
  for (const [path, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) throw refused(path, "is not a whole number");
  }
  if (limits.maxDepth > deepest) throw refused("maxDepth", `is more than ${deepest}`);
  return limits;
}

export const refused = (path: string, message: string) =>
  failure("options", `MessagePack: ${path} ${message}`, { issues: [{ path, message }] });
