/** Bits from the highest of each byte on. Past the end it reads zeros, as SF streams want it. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** In bits. */
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return 8 * this.#bytes.length - this.position;
  }

  /** At most 32 bits, as a number of at least 0. */
  bits(count: number): number {
    let value = 0;
    let wanted = count;
    while (wanted > 0) {
      const at = this.position >> 3;
      const here = 8 - (this.position & 7);
      const taken = Math.min(here, wanted);
      const byte = at < this.#bytes.length ? (this.#bytes[at] as number) : 0;
      value = value * 2 ** taken + ((byte >> (here - taken)) & (2 ** taken - 1));
      this.position += taken;
      wanted -= taken;
    }
    return value;
  }

  /** A whole number from 0 to `choices - 1`, small ones in fewer bits. */
  choice(choices: number): number {
    let most = 0;
    while (2 ** most < choices) most++;
    const spare = 2 ** most - choices + 1;
    if (spare === 1) return this.bits(most);
    const z = Math.floor(Math.log2(spare));
    const head = this.bits(most - z);
    if (head === 0) return 0;
    const value = head * 2 ** (z - 1) + this.bits(z - 1);
    const short = value + 1 - 2 ** (z - 1);
    return short <= spare - 2 ** z ? short : 2 * value + this.bits(1) - spare + 1;
  }
}
