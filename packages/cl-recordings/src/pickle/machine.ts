import { excessive, malformed } from "./failure.js";
import type { PickleNode } from "./node.js";

/** The stack, marks and memo of a pickle. Nodes are shared by reference, as Python shares objects. */
export class PickleMachine {
  readonly #stack: PickleNode[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleNode>();
  readonly #maxBytes: number;
  #bytes = 0;
  /** Where the opcode under way begins, for errors. */
  offset = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** To be asked before anything is made from what is shared: a memo lets an opcode of two bytes copy megabytes. */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) throw excessive("bytes copied", this.#bytes, this.#maxBytes);
  }

  push(node: PickleNode): void {
    this.#stack.push(node);
  }

  /** The topmost node, which must lie above the last mark. */
  pop(): PickleNode {
    const node = this.#stack.length > this.#floor() ? this.#stack.pop() : undefined;
    if (node === undefined) throw this.underflow();
    return node;
  }

  top(): PickleNode {
    const node = this.#stack.length > this.#floor() ? this.#stack.at(-1) : undefined;
    if (node === undefined) throw this.underflow();
    return node;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickleNode[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw malformed("an opcode without its mark", this.offset);
    return this.#stack.splice(mark);
  }

  /** Opcode `0`: the topmost node, or the mark where it lies on top. */
  discard(): void {
    if (this.#stack.length > this.#floor()) this.#stack.pop();
    else this.popToMark();
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const node = this.#memo.get(index);
    if (node === undefined) throw malformed(`memo ${index}, which nothing was put in`, this.offset);
    this.push(node);
  }

  /** Opcode `.`: the one node that is left. */
  result(): PickleNode {
    const [node] = this.#stack;
    if (node === undefined || this.#stack.length !== 1 || this.#marks.length !== 0)
      throw malformed("a stop with a stack that is not one value", this.offset);
    return node;
  }

  underflow(): Error {
    return malformed("an opcode that takes more than the stack holds", this.offset);
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }
}
