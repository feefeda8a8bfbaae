/** A place in a message, for the few heads that are read without making the value. */
export class Head {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Entries of the map that begins here, or -1 and no step. Messages are whole: `messagesOf` has seen their ends. */
  map(): number {
    return this.#container(0x80, 0x90, 0xde);
  }

  /** Items of the array that begins here, or -1 and no step. */
  array(): number {
    return this.#container(0x90, 0xa0, 0xdc);
  }

  /** Bytes of the text that begins here, or -1 and no step. */
  text(): number {
    const head = this.#byte(this.at);
    if (head >= 0xa0 && head < 0xc0) {
      this.at++;
      return head & 0x1f;
    }
    if (head < 0xd9 || head > 0xdb) return -1;
    this.at++;
    return this.#length(1 << (head - 0xd9));
  }

  #container(fixed: number, end: number, wide: number): number {
    const head = this.#byte(this.at);
    if (head >= fixed && head < end) {
      this.at++;
      return head & 0x0f;
    }
    if (head !== wide && head !== wide + 1) return -1;
    this.at++;
    return this.#length(head === wide ? 2 : 4);
  }

  #length(width: number): number {
    let length = 0;
    for (let k = 0; k < width; k++) length = length * 256 + this.#byte(this.at++);
    return length;
  }

  #byte(at: number): number {
    return this.bytes[at] ?? 0xc1;
  }
}

/** Whether the bytes at `at` are this ASCII text. */
export function textAt(bytes: Uint8Array, at: number, length: number, text: string): boolean {
  if (length !== text.length) return false;
  for (let k = 0; k < length; k++) if (bytes[at + k] !== text.charCodeAt(k)) return false;
  return true;
}
