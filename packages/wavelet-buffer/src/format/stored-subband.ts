import type { SubbandShape } from "../buffer/geometry.js";
import type { Band, Subband } from "../buffer/subband.js";
import { decodeValues } from "../codec/fpzip.js";
import { decodeSfStream } from "../codec/sf-stream.js";
import { decodeIndices } from "../codec/stream-vbyte.js";
import { malformed } from "../errors.js";
import { floatsAt } from "./archive.js";

interface Piece {
  readonly start: number;
  readonly length: number;
}

/** Where the coefficients of a subband are, and how they are written. */
export type Stored =
  | { readonly kind: "floats"; readonly start: number }
  | { readonly kind: "sparse"; readonly nonzero: number; readonly precision: number; readonly indices: Piece; readonly values: Piece }
  | { readonly kind: "sf"; readonly stream: Piece };

/** A subband of a blob: its coefficients are decoded when they are asked for. */
export class StoredSubband implements Subband {
  readonly band: Band;
  readonly step: number;
  readonly rows: number;
  readonly columns: number;
  readonly bytes: number;
  readonly nonzero?: number;
  readonly #blob: Uint8Array;
  readonly #stored: Stored;
  #data: Float32Array | undefined;

  /** `stored` was found to lie within `blob`, which stays alive and must stay as it is. */
  constructor(blob: Uint8Array, { band, step, rows, columns }: SubbandShape, stored: Stored, bytes: number) {
    this.band = band;
    this.step = step;
    this.rows = rows;
    this.columns = columns;
    this.bytes = bytes;
    if (stored.kind === "sparse") this.nonzero = stored.nonzero;
    this.#blob = blob;
    this.#stored = stored;
  }

  get data(): Float32Array {
    this.#data ??= this.#decode();
    return this.#data;
  }

  #decode(): Float32Array {
    const stored = this.#stored;
    const size = this.rows * this.columns;
    const blob = this.#blob;
    if (stored.kind === "floats") return floatsAt(blob, stored.start, size);
    if (stored.kind === "sf") {
      const data = decodeSfStream(within(blob, stored.stream));
      if (data === undefined) throw malformed("WaveletBuffer", `${this.#name()} is no SF stream`, stored.stream.start);
      return data;
    }
    const indices = decodeIndices(within(blob, stored.indices), stored.nonzero, size);
    if (indices === undefined) throw malformed("WaveletBuffer", `${this.#name()} has damaged indices`, stored.indices.start);
    const data = new Float32Array(size);
    if (!decodeValues(within(blob, stored.values), stored.precision, indices, data)) {
      throw malformed("WaveletBuffer", `${this.#name()} has damaged values`, stored.values.start);
    }
    return data;
  }

  #name(): string {
    return `the ${this.band} of step ${this.step} (${this.rows} by ${this.columns})`;
  }
}

const within = (bytes: Uint8Array, { start, length }: Piece) => bytes.subarray(start, start + length);
