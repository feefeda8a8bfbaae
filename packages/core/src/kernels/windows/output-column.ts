import { DataType, type Field } from "apache-arrow";
import type { ColumnInput } from "../../table/batch.js";

/** A column of results that grows: numbers, or bigints where the field is a 64-bit integer; null for none. */
export class OutputColumn {
  readonly #wide: boolean;
  readonly #make: (length: number) => Float64Array | BigInt64Array | BigUint64Array;
  #values;
  #valid = new Uint8Array(256);
  #length = 0;

  constructor(field: Field) {
    const { type } = field;
    this.#wide = DataType.isInt(type);
    const Values = DataType.isInt(type) ? (type.isSigned ? BigInt64Array : BigUint64Array) : Float64Array;
    this.#make = (length) => new Values(length);
    this.#values = this.#make(256);
  }

  push(value: number | bigint | null): void {
    if (this.#length === this.#values.length) this.#grow();
    if (value !== null) {
      // The array's kind goes with `wide`, and numbers given to a wide column are whole (counts).
      this.#values[this.#length] = (this.#wide && typeof value === "number" ? BigInt(value) : value) as never;
      this.#valid[this.#length] = 1;
    }
    this.#length++;
  }

  /** The first `length` values pushed; forgets all. */
  take(length: number): ColumnInput {
    const values = this.#values.subarray(0, length);
    const valid = this.#valid.subarray(0, length);
    this.#values = this.#make(256);
    this.#valid = new Uint8Array(256);
    this.#length = 0;
    return valid.includes(0) ? { values, valid: (row) => valid[row] === 1 } : values;
  }

  #grow(): void {
    const values = this.#make(2 * this.#length);
    // Both are of one kind.
    values.set(this.#values as never);
    this.#values = values;
    const valid = new Uint8Array(2 * this.#length);
    valid.set(this.#valid);
    this.#valid = valid;
  }
}
