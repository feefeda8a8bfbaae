import { sondeError } from "@sonde/core/bytes";
import type { Attributes, AttributeValue } from "./attribute.js";
import { Dataset } from "./dataset.js";
import { FileSpace, type Patch } from "./file-space.js";
import { Group } from "./group.js";
import type { DatasetOptions, DatasetWriter, FlushOptions, GroupWriter, Hdf5Writer } from "./model.js";
import { splitPath } from "./path.js";
import type { ByteSink } from "./sink.js";
import { endOfFileAddress, superblock, superblockSize } from "./superblock.js";

/**
 * Begins an HDF5 file: superblock version 0, groups of old style, chunks under a version 1 B-tree, as PyTables writes and as
 * every HDF5 library reads. The sink is taken to be empty, and is closed by `close`.
 *
 * @example
 * ```ts
 * const sink = memorySink();
 * const file = createHdf5(sink);
 * const samples = file.dataset("/samples", { type: int(2), shape: [0, 64], maxShape: [null, 64], chunks: [256, 64] });
 * samples.append(new Uint8Array(10 * 64 * 2));
 * samples.setAttribute("unit", attribute.text("µV"));
 * await file.close();
 * ```
 */
export function createHdf5(sink: ByteSink, options: { readonly attributes?: Attributes } = {}): Hdf5Writer {
  const file = new Writer(sink);
  file.group("/", options);
  return file;
}

class Writer implements Hdf5Writer {
  readonly #space: FileSpace;
  readonly #root: Group;
  readonly #groups: Group[] = [];
  readonly #datasets: Dataset[] = [];
  /** The end-of-file address that readers see; undefined before the first flush. */
  #shownEnd: number | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(sink: ByteSink) {
    this.#space = new FileSpace(sink, superblockSize);
    this.#root = this.#newGroup("/");
  }

  group(path: string, options: { readonly attributes?: Attributes } = {}): GroupWriter {
    this.#check();
    const group = this.#groupAt(splitPath(path));
    setAll(group, options.attributes);
    return group;
  }

  dataset(path: string, options: DatasetOptions): DatasetWriter {
    this.#check();
    const names = splitPath(path);
    const name = names.pop();
    if (name === undefined || this.#find(path) !== undefined)
      throw sondeError("options", `${path} is there already: give the dataset another path`, {});
    const dataset = new Dataset(this.#space, path, options, () => this.#check());
    setAll(dataset, options.attributes);
    this.#groupAt(names).children.set(name, dataset);
    this.#datasets.push(dataset);
    return dataset;
  }

  setAttribute(path: string, name: string, value: AttributeValue): void {
    this.#check();
    const object = this.#find(path);
    if (object === undefined) throw sondeError("not-found", `no group or dataset at ${path}: make it before its attributes`, { id: path });
    object.setAttribute(name, value);
  }

  async flush({ signal }: FlushOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#check();
    await this.#flushAfterOthers();
  }

  async close({ signal }: FlushOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#closing ??= this.#flushAfterOthers().finally(() => this.#space.close());
    await this.#closing;
  }

  /** One flush at a time: the next may write over blocks that this one takes out of use. */
  #flushAfterOthers(): Promise<void> {
    const flush = this.#flushing.then(() => this.#flushNow());
    this.#flushing = flush.catch(() => {});
    return flush;
  }

  /**
   * What nobody sees yet is written first, then the end-of-file address, then the indices' nodes that lead to it, then what shows it:
   * headers' attributes and groups' members, numbers of rows, values. Each of these is a write within one sector, and any number of
   * them may be missing without harm to what was flushed before.
   */
  async #flushNow(): Promise<void> {
    this.#space.check();
    const index: Patch[] = [];
    const shown: Patch[] = [];
    const rows: Patch[] = [];
    const values: Patch[] = [];
    for (const dataset of this.#datasets) {
      const patches = dataset.prepare();
      index.push(...patches.index);
      rows.push(...patches.rows);
    }
    for (const group of this.#groups) shown.push(...group.prepare());
    for (const { header } of [...this.#groups, ...this.#datasets]) {
      const patches = header.prepare();
      shown.push(...patches.switches);
      values.push(...patches.values);
    }
    this.#space.extend();
    const end = this.#space.end;
    const first = this.#shownEnd === undefined;
    const superblockPatch = first ? superblock(this.#root.header.address, end) : endOfFileAddress(end);
    await this.#space.barrier();
    if (this.#shownEnd !== end) await this.#apply([superblockPatch]);
    this.#shownEnd = end;
    await this.#apply(index);
    await this.#apply([...shown, ...rows, ...values]);
  }

  async #apply(patches: readonly Patch[]): Promise<void> {
    if (patches.length === 0) return;
    for (const { position, bytes } of patches) this.#space.write(position, bytes);
    await this.#space.barrier();
  }

  #groupAt(names: readonly string[]): Group {
    let group = this.#root;
    let path = "";
    for (const name of names) {
      path += `/${name}`;
      const child = group.children.get(name);
      if (child instanceof Dataset)
        throw sondeError("options", `${path} is a dataset, so it holds no groups or datasets: give another path`, {});
      const next = child ?? this.#newGroup(path);
      group.children.set(name, next);
      group = next;
    }
    return group;
  }

  #newGroup(path: string): Group {
    const group = new Group(this.#space, path, () => this.#check());
    this.#groups.push(group);
    return group;
  }

  #find(path: string): Group | Dataset | undefined {
    let object: Group | Dataset | undefined = this.#root;
    for (const name of splitPath(path)) object = object instanceof Group ? object.children.get(name) : undefined;
    return object;
  }

  #check(): void {
    if (this.#closing !== undefined) throw sondeError("closed", "the HDF5 file is closed: it takes no more rows and attributes", {});
    this.#space.check();
  }
}

function setAll(object: GroupWriter | DatasetWriter, attributes: Attributes = {}): void {
  for (const [name, value] of Object.entries(attributes)) object.setAttribute(name, value);
}
