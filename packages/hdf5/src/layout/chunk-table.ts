import type { ChunkRequest } from "../worker/chunk-tree.js";
import type { Storage } from "../worker/storage.js";
import type { Geometry } from "./storage.js";

/** Chunks whose addresses are kept for one dataset, 8 bytes each. */
const maxKept = 1 << 19;
const mostAhead = 1 << 16;
/** A node of an index holds up to 64 chunks: where one is looked up, its neighbours cost nothing. */
const leastAhead = 64;

/** `addresses` of the chunks from row `first` of chunks on, row-major; -1 for a chunk that HDF5 must look at. */
export type ChunkRows = { readonly first: number; readonly addresses: Float64Array };
type Chunked = Storage & { readonly kind: "chunked" };

/**
 * Where the chunks lie, as far as was asked: an index is not read whole for the sake of a few rows, for each of its nodes may be a request to
 * a store. Rows that follow each other are asked for twice as many at a time as are known, so that a scan asks seldom.
 */
export class ChunkTable {
  readonly #storage: Storage;
  readonly #geometry: Geometry;
  readonly #ask: (request: ChunkRequest, signal: AbortSignal) => Promise<Float64Array | undefined>;
  readonly #rows: number;
  /** Chunks of a row of chunks. */
  readonly #width: number;
  /** An index that was refused once is not walked again. */
  #refused = false;
  #known: ChunkRows = { first: 0, addresses: new Float64Array() };

  constructor(
    storage: Storage,
    geometry: Geometry,
    ask: (request: ChunkRequest, signal: AbortSignal) => Promise<Float64Array | undefined>,
  ) {
    this.#storage = storage;
    this.#geometry = geometry;
    this.#ask = ask;
    const [rows = 1, ...inner] = geometry.shape.map((length, k) => Math.ceil(length / (geometry.sides[k] ?? 1)));
    this.#rows = rows;
    this.#width = inner.reduce((product, length) => product * length, 1);
  }

  /** Rows of chunks `first` to `end`, half open, at least. Undefined: the index is HDF5's to read. */
  async rows(first: number, end: number, signal: AbortSignal): Promise<ChunkRows | undefined> {
    if (this.#storage.kind === "contiguous") return { first, addresses: this.#contiguous(this.#storage.address, first, end) };
    if (this.#refused || (end - first) * this.#width > maxKept) return undefined;
    const known = this.#known;
    const knownEnd = known.first + known.addresses.length / this.#width;
    if (first >= known.first && end <= knownEnd) return known;
    const follows = first >= known.first && first <= knownEnd && known.addresses.length > 0;
    const from = follows ? knownEnd : first;
    const ahead = Math.min(Math.max(leastAhead, follows ? known.addresses.length : 0), mostAhead) / this.#width;
    const until = Math.min(this.#rows, Math.max(end, Math.floor(from + ahead)));
    const tooMany = (until - (follows ? known.first : first)) * this.#width > maxKept;
    const start = tooMany ? first : from;
    const addresses = await this.#ask(this.#request(this.#storage, start, until), signal);
    if (addresses === undefined) {
      this.#refused = true;
      return undefined;
    }
    const rows = { first: start, addresses };
    return this.#keep(start === from && follows ? { first: known.first, addresses: joined(known.addresses, addresses) } : rows);
  }

  #keep(rows: ChunkRows): ChunkRows {
    if (rows.addresses.length <= maxKept) this.#known = rows;
    return rows;
  }

  #request({ root }: Chunked, first: number, end: number): ChunkRequest {
    const { shape, sides, valueBytes } = this.#geometry;
    return { root, shape, sides, valueBytes, first, end };
  }

  #contiguous(address: number, first: number, end: number): Float64Array {
    const { sides, valueBytes } = this.#geometry;
    const chunkBytes = sides.reduce((product, side) => product * side, valueBytes);
    return Float64Array.from({ length: end - first }, (_, k) => address + (first + k) * chunkBytes);
  }
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
