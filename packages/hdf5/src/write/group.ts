import type { AttributeValue } from "./attribute.js";
import type { Dataset } from "./dataset.js";
import { Encoder } from "./encoder.js";
import type { FileSpace, Patch } from "./file-space.js";
import { type GroupTable, writeGroupTable } from "./group-table.js";
import { type Message, messageType } from "./messages/message.js";
import type { GroupWriter } from "./model.js";
import { ObjectHeader } from "./object-header.js";

/** A group of old style: its header leads to a B-tree over symbol table nodes, and to a heap of names. */
export class Group implements GroupWriter {
  readonly path: string;
  readonly header: ObjectHeader;
  readonly children = new Map<string, Group | Dataset>();
  readonly #space: FileSpace;
  readonly #check: () => void;
  #table: GroupTable | undefined;
  #shownChildren = 0;

  /** `check` throws where the file takes no more. */
  constructor(space: FileSpace, path: string, check: () => void) {
    this.path = path;
    this.#space = space;
    this.#check = check;
    // Its body lies 48 bytes into a header aligned to 64: both addresses are in one sector.
    this.header = new ObjectHeader(space, path, () => [this.#symbolTable()]);
  }

  setAttribute(name: string, value: AttributeValue): void {
    this.#check();
    this.header.setAttribute(name, value);
  }

  /** Writes a new table where children came (none ever goes), and returns what makes it seen. The header comes after it. */
  prepare(): Patch[] {
    if (this.#table !== undefined && this.#shownChildren === this.children.size) return [];
    this.#table = writeGroupTable(
      this.#space,
      Array.from(this.children, ([name, { header }]) => ({ name, header: header.address })),
    );
    this.#shownChildren = this.children.size;
    return this.header.written ? [{ position: this.header.bodyPosition(0), bytes: this.#symbolTable().body }] : [];
  }

  #symbolTable(): Message {
    const { tree, heap } = this.#table ?? { tree: 0, heap: 0 };
    return { type: messageType.symbolTable, body: new Encoder().u64(tree).u64(heap).finish() };
  }
}
