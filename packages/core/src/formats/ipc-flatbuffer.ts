import { sondeError } from "../errors.js";

/**
 * A table of a FlatBuffer, every access checked against the buffer (FlatBuffers internals: a table starts with the signed
 * distance back to its vtable, which holds the offset of each field, 0 for absent ones).
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #fields: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - read(view, at, 4, () => view.getInt32(at, true));
    const size = read(view, this.#vtable, 4, () => view.getUint16(this.#vtable, true));
    this.#fields = (size - 4) >> 1;
    if (this.#vtable + size > view.byteLength) throw damaged("a table reaches beyond its message");
  }

  static root(view: DataView): FlatTable {
    return new FlatTable(
      view,
      read(view, 0, 4, () => view.getUint32(0, true)),
    );
  }

  int8(field: number): number {
    const at = this.#position(field);
    return at === 0 ? 0 : read(this.#view, at, 1, () => this.#view.getInt8(at));
  }

  int16(field: number): number {
    const at = this.#position(field);
    return at === 0 ? 0 : read(this.#view, at, 2, () => this.#view.getInt16(at, true));
  }

  int64(field: number): bigint {
    const at = this.#position(field);
    return at === 0 ? 0n : read(this.#view, at, 8, () => this.#view.getBigInt64(at, true));
  }

  table(field: number): FlatTable | undefined {
    const at = this.#position(field);
    return at === 0 ? undefined : new FlatTable(this.#view, this.#indirect(at));
  }

  /** The vector's length and the position of its first element, all `size` bytes of each being there. */
  vector(field: number, size: number): { readonly length: number; readonly at: number } {
    const at = this.#position(field);
    if (at === 0) return { length: 0, at: 0 };
    const start = this.#indirect(at);
    const length = read(this.#view, start, 4, () => this.#view.getUint32(start, true));
    if (start + 4 + length * size > this.#view.byteLength) throw damaged(`a list of ${length} entries reaches beyond its message`);
    return { length, at: start + 4 };
  }

  *tables(field: number): Generator<FlatTable> {
    const { length, at } = this.vector(field, 4);
    for (let index = 0; index < length; index++) yield new FlatTable(this.#view, this.#indirect(at + 4 * index));
  }

  /** A vector of structs of two 64-bit integers. */
  *pairs(field: number): Generator<readonly [bigint, bigint]> {
    const { length, at } = this.vector(field, 16);
    for (let index = 0; index < length; index++) {
      yield [this.#view.getBigInt64(at + 16 * index, true), this.#view.getBigInt64(at + 16 * index + 8, true)];
    }
  }

  #position(field: number): number {
    if (field >= this.#fields) return 0;
    const offset = this.#view.getUint16(this.#vtable + 4 + 2 * field, true);
    return offset === 0 ? 0 : this.#at + offset;
  }

  #indirect(at: number): number {
    return at + read(this.#view, at, 4, () => this.#view.getUint32(at, true));
  }
}

function read<T>(view: DataView, at: number, size: number, get: () => T): T {
  if (at < 0 || at + size > view.byteLength) throw damaged("an offset points beyond its message");
  return get();
}

export function damaged(what: string, offset?: number): Error {
  return sondeError("format", `damaged Arrow IPC data: ${what}`, offset === undefined ? {} : { offset });
}
