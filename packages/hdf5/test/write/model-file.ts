import { expect } from "vitest";
import {
  type AttributeValue,
  type ByteSink,
  createHdf5,
  type DatasetOptions,
  type DatasetWriter,
  type Hdf5Writer,
} from "../../src/write/index.js";
import type { Found, FoundAttribute } from "./reading.js";

/** Rows of every dataset, and how many values every attribute had been given, at one moment. */
type Mark = { readonly rows: Map<string, number>; readonly versions: Map<string, number>; readonly paths: readonly string[] };
type ModelDataset = { readonly options: DatasetOptions; readonly writer: DatasetWriter; readonly parts: Uint8Array[]; bytes: number };

/** A file and, beside it, everything that was given to it: what a reader must find, and what it may find already. */
export class ModelFile {
  readonly file: Hdf5Writer;
  readonly #datasets = new Map<string, ModelDataset>();
  readonly #attributes = new Map<string, Map<string, AttributeValue[]>>([["/", new Map()]]);

  constructor(sink: ByteSink) {
    this.file = createHdf5(sink);
  }

  group(path: string): void {
    this.file.group(path);
    this.#add(path);
  }

  dataset(path: string, options: DatasetOptions): void {
    const writer = this.file.dataset(path, options);
    this.#add(path);
    this.#datasets.set(path, { options, writer, parts: [], bytes: 0 });
  }

  has(path: string): boolean {
    return this.#attributes.has(path);
  }

  get paths(): string[] {
    return [...this.#attributes.keys()];
  }

  datasetAt(path: string): ModelDataset | undefined {
    return this.#datasets.get(path);
  }

  append(path: string, bytes: Uint8Array): void {
    const dataset = this.#datasets.get(path)!;
    dataset.writer.append(bytes);
    dataset.parts.push(bytes.slice());
    dataset.bytes += bytes.length;
  }

  set(path: string, name: string, value: AttributeValue): void {
    this.file.setAttribute(path, name, value);
    const attributes = this.#attributes.get(path)!;
    attributes.set(name, [...(attributes.get(name) ?? []), value]);
  }

  mark(): Mark {
    return {
      paths: this.paths,
      rows: new Map([...this.#datasets].map(([path, { writer }]) => [path, writer.rows])),
      versions: new Map(
        [...this.#attributes].flatMap(([path, attributes]) =>
          [...attributes].map(([name, values]) => [`${path}\0${name}`, values.length] as const),
        ),
      ),
    };
  }

  /** Everything at `mark` is there, unless something newer is in its place; and nothing else than what was given ever. */
  expectAtLeast(found: Found, mark: Mark): void {
    for (const path of mark.paths) expect([...found.keys()]).toContain(path);
    for (const [path, { attributes, data }] of found) {
      const given = this.#attributes.get(path);
      if (given === undefined) throw new Error(`nobody made ${path}`);
      for (const [name, values] of given) {
        const seen = attributes.get(name);
        const from = mark.versions.get(`${path}\0${name}`) ?? 0;
        if (seen === undefined) expect(from, `${path} @${name}`).toBe(0);
        else if (!values.slice(Math.max(0, from - 1)).some((value) => equals(seen, value)))
          throw new Error(`${path} @${name} is ${seen.bytes}, which it was not given since version ${from}`);
      }
      for (const name of attributes.keys()) expect(given.has(name), `${path} @${name}`).toBe(true);
      const dataset = this.#datasets.get(path);
      if (dataset === undefined || data === undefined) continue;
      const flushed = mark.rows.get(path) ?? 0;
      const chunked = dataset.options.chunks !== undefined;
      if (chunked) {
        expect(data.shape[0], path).toBeGreaterThanOrEqual(flushed);
        expect(data.shape[0], path).toBeLessThanOrEqual(dataset.writer.rows);
      }
      expect(data.size, path).toBe(dataset.options.type.size);
      const rowBytes = dataset.options.shape.slice(1).reduce((product, side) => product * side, data.size);
      const whole = join(dataset.parts);
      const sure = chunked ? data.bytes.length : flushed * rowBytes;
      expect(Buffer.compare(data.bytes.subarray(0, sure), whole.subarray(0, sure)), path).toBe(0);
    }
  }

  /** Exactly everything given so far. */
  expectEqual(found: Found): void {
    const mark = this.mark();
    this.expectAtLeast(found, mark);
    expect([...found.keys()].sort()).toEqual(this.paths.sort());
    for (const [path, { writer, options }] of this.#datasets) {
      const data = found.get(path)!.data!;
      expect(data.shape).toEqual(options.chunks === undefined ? options.shape : [writer.rows, ...options.shape.slice(1)]);
      if (options.chunks !== undefined) expect(data.maxShape).toEqual(options.maxShape ?? [null, ...options.shape.slice(1)]);
    }
  }

  #add(path: string): void {
    const names = path.split("/").filter((name) => name !== "");
    for (let depth = 1; depth <= names.length; depth++) {
      const at = `/${names.slice(0, depth).join("/")}`;
      if (!this.#attributes.has(at)) this.#attributes.set(at, new Map());
    }
  }
}

function equals(seen: FoundAttribute, { type, shape, bytes }: AttributeValue): boolean {
  return (
    seen.size === type.size &&
    String(seen.shape) === String(shape) &&
    (seen.shape === null) === (shape === null) &&
    Buffer.compare(seen.bytes, bytes) === 0 &&
    (type.kind !== "string" || seen.ascii === (type.charset === "ascii"))
  );
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
