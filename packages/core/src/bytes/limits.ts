import { type SondeError, sondeError } from "../errors.js";

/**
 * What a reader grants a file that it does not trust. Each is an option that a user can raise; `Infinity` switches one off.
 * The defaults let every honest file of an instrument through and refuse the known bombs: a 4 kB Parquet file that declares 2 GB,
 * one HDF5 element of 134 MB, link cycles without end.
 */
export interface Limits {
  /** Bytes of one allocation: a page, a chunk, a string, a message, an answer. Default 256 MiB. */
  readonly maxBytes: number;
  /** Bytes of all allocations that one limiter grants, whether they were given back or not. Default: no limit. */
  readonly maxTotalBytes: number;
  /**
   * Declared bytes for each stored one. Deflate can't reach more than 1032:1, so the default is 1100.
   * What declares 16 MiB or less passes anyway: constant columns are honest and compress without bound.
   */
  readonly maxRatio: number;
  /** Elements of one array, rows of one table. Bytes bound memory better: an element can be an array type of 134 MB. Default 2^31. */
  readonly maxElements: number;
  /** Nesting of groups, maps, lists. Default 64. */
  readonly maxDepth: number;
  /** Objects, links, directory entries visited under one limiter, so that cycles end. Default 1,000,000. */
  readonly maxObjects: number;
}
/** Some of the limits; what is absent or undefined has its default. */
export type LimitOptions = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

const MiB = 2 ** 20;
/** Up to here the ratio is not looked at. */
const RATIO_FLOOR = 16 * MiB;

export const defaultLimits: Limits = {
  maxBytes: 256 * MiB,
  maxTotalBytes: Number.POSITIVE_INFINITY,
  maxRatio: 1100,
  maxElements: 2 ** 31,
  maxDepth: 64,
  maxObjects: 1_000_000,
};

/**
 * Asked before memory is taken or a loop is entered for a number that came as data. Every method rejects with `limit`, naming `what`
 * and the option that raises it, and with `format` when the number is none (NaN, negative, a fraction).
 */
export interface Limiter {
  readonly limits: Limits;
  /** Before `asked` bytes are allocated; adds them to the total. Returns them as a safe integer. */
  bytes(asked: number | bigint, what: string): number;
  /** Before `declared` bytes are decoded out of `stored`. */
  ratio(declared: number | bigint, stored: number | bigint, what: string): void;
  /** Before `asked` elements are visited or allocated. Returns them as a safe integer. */
  elements(asked: number | bigint, what: string): number;
  /** On entering a level; the outermost is 1. */
  depth(depth: number, what: string): void;
  /** Once for each object visited. */
  object(what: string): void;
}

/**
 * One limiter bounds one read or one open file: totals and objects are counted over its life.
 *
 * @example
 * ```ts
 * const limiter = createLimiter({ maxBytes: 64 * 2 ** 20 });
 * const page = new Uint8Array(limiter.bytes(declaredSize, "page 3 of column 'value'"));
 * ```
 */
export function createLimiter(options: LimitOptions = {}): Limiter {
  const limits = completeLimits(options);
  let total = 0;
  let objects = 0;
  return {
    limits,
    bytes(asked, what) {
      const bytes = within("maxBytes", asked, limits.maxBytes, what);
      total = within("maxTotalBytes", total + bytes, limits.maxTotalBytes, what);
      return bytes;
    },
    ratio(declared, stored, what) {
      const bytes = Number(count(declared, what));
      const ratio = Math.ceil(bytes / Math.max(1, Number(count(stored, what))));
      if (bytes > RATIO_FLOOR && ratio > limits.maxRatio) throw limitError("maxRatio", ratio, limits.maxRatio, what);
    },
    elements: (asked, what) => within("maxElements", asked, limits.maxElements, what),
    depth(depth, what) {
      within("maxDepth", depth, limits.maxDepth, what);
    },
    object(what) {
      objects = within("maxObjects", objects + 1, limits.maxObjects, what);
    },
  };
}

/** The defaults where nothing is said. Throws `options` for a limit that is no number or negative. */
export function completeLimits(options: LimitOptions): Limits {
  const pick = (name: keyof Limits): number => {
    const value = options[name] ?? defaultLimits[name];
    if (typeof value === "number" && value >= 0) return value;
    throw sondeError("options", `${name} must be a number from 0 to Infinity, got ${String(value)}`, {
      issues: [{ path: name, message: "must be a number from 0 to Infinity" }],
    });
  };
  return {
    maxBytes: pick("maxBytes"),
    maxTotalBytes: pick("maxTotalBytes"),
    maxRatio: pick("maxRatio"),
    maxElements: pick("maxElements"),
    maxDepth: pick("maxDepth"),
    maxObjects: pick("maxObjects"),
  };
}

const UNITS: { readonly [Name in keyof Limits]: string } = {
  maxBytes: "bytes at once",
  maxTotalBytes: "bytes in all",
  maxRatio: "bytes for each stored one",
  maxElements: "elements",
  maxDepth: "levels",
  maxObjects: "objects",
};

/** The error for `asked` past `allowed`: for readers that learn only piece by piece how much it is. */
export function limitError(option: keyof Limits, asked: number | bigint, allowed: number, what: string): SondeError<"limit"> {
  return sondeError(
    "limit",
    `${what} asks for ${asked} ${UNITS[option]} where ${allowed} are allowed: raise ${option} if you trust where it comes from`,
    { what, asked, allowed, option },
  );
}

function within(option: keyof Limits, asked: number | bigint, limit: number, what: string): number {
  // Past the safe integers no array index exists, whatever the limit.
  const allowed = Math.min(limit, Number.MAX_SAFE_INTEGER);
  if (count(asked, what) > allowed) throw limitError(option, asked, allowed, what);
  return Number(asked);
}

function count(value: number | bigint, what: string): number | bigint {
  if (value >= 0 && (typeof value === "bigint" || Number.isInteger(value))) return value;
  throw sondeError("format", `${what} has the impossible size ${value}: the data is damaged`, {});
}
