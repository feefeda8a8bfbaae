import { sondeError } from "@sonde/core/bytes";
import type { AttributeValue } from "./attribute.js";
import { ChunkIndex } from "./chunk-index.js";
import { type DatasetShape, datasetShape } from "./dataset-shape.js";
import { encodeU64 } from "./encoder.js";
import type { FileSpace, Patch } from "./file-space.js";
import { encodeDataspace, firstDimension } from "./messages/dataspace.js";
import { encodeDatatype } from "./messages/datatype.js";
import { encodeFillValue } from "./messages/fill-value.js";
import { encodeChunkedLayout, encodeContiguousLayout, indexAddress } from "./messages/layout.js";
import { type Message, messageType } from "./messages/message.js";
import type { DatasetOptions, DatasetWriter } from "./model.js";
import { ObjectHeader } from "./object-header.js";
import { RowBuffer } from "./row-buffer.js";

/** What a flush has yet to write over bytes that readers see, in the order in which it must. */
export type DatasetPatches = { readonly index: readonly Patch[]; readonly rows: readonly Patch[] };

/** Places among the messages of a dataset's header. The layout comes first: there its address never crosses a sector. */
const layoutMessage = 0;
const dataspaceMessage = 1;

export class Dataset implements DatasetWriter {
  readonly path: string;
  readonly header: ObjectHeader;
  readonly #space: FileSpace;
  readonly #options: DatasetOptions;
  readonly #shape: DatasetShape;
  readonly #buffer: RowBuffer;
  readonly #index: ChunkIndex | undefined;
  /** Of the data in one piece: allocated with the dataset, so that a reader finds zeros where no row came. */
  readonly #address: number | undefined;
  readonly #check: () => void;
  #rows = 0;
  #shownRows = 0;
  #shownRoot: number | undefined;

  /** `check` throws where the file takes no more. */
  constructor(space: FileSpace, path: string, options: DatasetOptions, check: () => void) {
    this.path = path;
    this.#space = space;
    this.#options = options;
    this.#shape = datasetShape(path, options);
    this.#check = check;
    const { rowBytes, chunkRows, sides, mostRows = 0 } = this.#shape;
    if (chunkRows === undefined) {
      const size = mostRows * rowBytes;
      const address = size === 0 ? undefined : space.allocate(size);
      this.#address = address;
      this.#buffer = new RowBuffer(space, size, () => address ?? 0);
    } else {
      const bytes = chunkRows * rowBytes;
      const index = new ChunkIndex(space, { rows: chunkRows, rank: 1 + sides.length, bytes });
      this.#index = index;
      this.#buffer = new RowBuffer(space, bytes, () => {
        const address = space.allocate(bytes);
        index.add(address);
        return address;
      });
    }
    this.header = new ObjectHeader(space, path, () => this.#messages());
  }

  get rows(): number {
    return this.#rows;
  }

  append(rows: Uint8Array): Promise<void> | undefined {
    this.#check();
    const { rowBytes, mostRows = Number.MAX_SAFE_INTEGER } = this.#shape;
    const count = rows.length / rowBytes;
    if (!Number.isInteger(count)) {
      throw sondeError("options", `${this.path}: ${rows.length} bytes are not whole rows of ${rowBytes} bytes: append whole rows`, {});
    }
    if (this.#rows + count > mostRows) {
      const details = { what: "rows", asked: this.#rows + count, allowed: mostRows, option: "maxShape" };
      throw sondeError(
        "limit",
        `${this.path} has room for ${mostRows} rows, not ${this.#rows + count}: make it larger, or chunked`,
        details,
      );
    }
    this.#rows += count;
    this.#buffer.append(rows);
    return this.#space.drained;
  }

  setAttribute(name: string, value: AttributeValue): void {
    this.#check();
    this.header.setAttribute(name, value);
  }

  /** Writes what nobody sees yet, and returns what makes it seen. The header comes after it. */
  prepare(): DatasetPatches {
    this.#buffer.drain();
    const index = this.#index?.prepare() ?? [];
    const rows: Patch[] = [];
    const root = this.#index?.root;
    if (this.header.written && this.#index !== undefined) {
      if (root !== undefined && root !== this.#shownRoot) {
        index.push({ position: this.header.bodyPosition(layoutMessage) + indexAddress, bytes: encodeU64(root) });
      }
      if (this.#rows !== this.#shownRows) {
        rows.push({ position: this.header.bodyPosition(dataspaceMessage) + firstDimension, bytes: encodeU64(this.#rows) });
      }
    }
    this.#shownRoot = root;
    this.#shownRows = this.#rows;
    return { index, rows };
  }

  #messages(): Message[] {
    const { type } = this.#options;
    const { rowBytes, chunkRows, sides, mostRows, scalar } = this.#shape;
    const chunked = chunkRows !== undefined;
    const layout = chunked
      ? encodeChunkedLayout(this.#index?.root, [chunkRows, ...sides], type.size)
      : encodeContiguousLayout(this.#address, (mostRows ?? 0) * rowBytes);
    const dataspace = chunked
      ? encodeDataspace([this.#rows, ...sides], [mostRows ?? null, ...sides])
      : encodeDataspace(scalar ? [] : [mostRows ?? 0, ...sides]);
    return [
      { type: messageType.layout, body: layout },
      { type: messageType.dataspace, body: dataspace },
      { type: messageType.datatype, body: encodeDatatype(type) },
      { type: messageType.fillValue, body: encodeFillValue(chunked ? "incremental" : "late") },
    ];
  }
}
