import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry, ListOptions, ObjectStore } from "../src/index.js";
import { bytesOf, refusal, textOf } from "./fixture.js";

export type Made = {
  readonly store: ObjectStore;
  /** Another bucket with these objects, and a page size where there are pages. */
  readonly filled: (objects: ReadonlyMap<string, string>, pageSize: number) => Promise<ObjectStore>;
};
export type BehaviourOptions = {
  /** Keys that this store can hold. */
  readonly keys: readonly string[];
  /** Pieces of which random keys are made. */
  readonly alphabet: readonly string[];
  readonly runs: number;
  /** A random key may be another one with "/" and more behind it. */
  readonly nests?: boolean;
};

/** What every store does, whatever is behind it. */
export function behaves(name: string, make: () => Promise<Made>, options: BehaviourOptions): void {
  describe(name, () => {
    test("gives back what was put, under any key that it can have", async () => {
      const { store } = await make();
      for (const key of options.keys) await store.put(key, bytesOf(`bytes of ${key}`));
      for (const key of options.keys) {
        const { bytes, range, size, etag } = await store.get(key);
        expect([key, textOf(bytes), range]).toEqual([key, `bytes of ${key}`, { start: 0, end: size }]);
        const head = await store.head(key);
        expect([head.key, head.size, head.etag]).toEqual([key, size, etag]);
      }
      const listed = await keysOf(store);
      expect(listed).toEqual([...options.keys].sort(byBytes));
    });

    test("gives ranges half open, cut at the end, from the end, and empty", async () => {
      const { store } = await make();
      await store.put("ten", bytesOf("0123456789"));
      const part = async (range: { start: number; end: number } | { last: number }) => {
        const { bytes, range: given, size } = await store.get("ten", { range });
        return [textOf(bytes), given, size];
      };
      expect(await part({ start: 2, end: 5 })).toEqual(["234", { start: 2, end: 5 }, 10]);
      expect(await part({ start: 8, end: 100 })).toEqual(["89", { start: 8, end: 10 }, 10]);
      expect(await part({ last: 3 })).toEqual(["789", { start: 7, end: 10 }, 10]);
      expect(await part({ last: 300 })).toEqual(["0123456789", { start: 0, end: 10 }, 10]);
      expect((await part({ start: 4, end: 4 }))[0]).toBe("");
      expect(await refusal(store.get("ten", { range: { start: 10, end: 11 } }))).toMatchObject({ code: "format", key: "ten", offset: 10 });
      for (const range of [{ start: 3, end: 2 }, { start: -1, end: 2 }, { start: 0.5, end: 2 }, { last: -1 }]) {
        expect((await refusal(store.get("ten", { range }))).code).toBe("options");
      }
    });

    test("holds empty objects", async () => {
      const { store } = await make();
      await store.put("empty", new Uint8Array());
      expect(await store.get("empty")).toMatchObject({ size: 0, bytes: new Uint8Array(), range: { start: 0, end: 0 } });
      expect(await store.get("empty", { range: { last: 8 } })).toMatchObject({ size: 0, bytes: new Uint8Array() });
      expect((await store.head("empty")).size).toBe(0);
      expect(await store.source("empty").size({ signal: new AbortController().signal })).toBe(0);
    });

    test("says not-found with the key", async () => {
      const { store } = await make();
      const source = store.source("no such+key");
      for (const work of [store.get("no such+key"), store.head("no such+key"), source.size({ signal: new AbortController().signal })].map(
        refusal,
      )) {
        expect(await work).toMatchObject({ code: "not-found", id: expect.stringContaining("no such+key") });
      }
    });

    test("notices by if-match that an object was replaced", async () => {
      const { store } = await make();
      const first = await store.put("object", bytesOf("before"));
      expect(textOf((await store.get("object", { ifMatch: first.etag })).bytes)).toBe("before");
      await store.put("object", bytesOf("afterwards"));
      expect(await refusal(store.get("object", { ifMatch: first.etag }))).toMatchObject({
        code: "connection",
        status: 412,
        retryable: false,
      });
    });

    test("is a byte source, which an object that changes under it ends", async () => {
      const { store } = await make();
      const { signal } = new AbortController();
      await store.put("folder/object", bytesOf("0123456789"));
      const [entry] = await entriesOf(store, { prefix: "folder/object" });
      if (entry?.kind !== "object") throw new Error("not listed");
      for (const source of [store.source("folder/object"), store.source(entry)]) {
        expect(textOf(await source.read({ start: 2, end: 4 }, { signal }))).toBe("23");
        expect(await source.size({ signal })).toBe(10);
        expect((await refusal(source.read({ start: 5, end: 11 }, { signal }))).code).toBe("format");
        expect((await refusal(source.read({ start: 7, end: 5 }, { signal }))).code).toBe("format");
      }
      const old = store.source(entry);
      await store.put("folder/object", bytesOf("9876543210+"));
      expect(await refusal(old.read({ start: 0, end: 4 }, { signal }))).toMatchObject({
        code: "connection",
        retryable: false,
        message: expect.stringContaining("folder/object changed"),
      });
      await old.close();
      await old.close();
      expect((await refusal(old.size({ signal }))).code).toBe("closed");
    });

    test("refuses text that is no Unicode, in keys and in listings", async () => {
      const { store } = await make();
      expect((await refusal(store.get("half \ud83c"))).code).toBe("options");
      for (const listing of [{ prefix: "\udf21" }, { startAfter: "a\ud83c" }, { delimiter: "\ud83c" }]) {
        expect((await refusal(keysOf(store, listing))).code).toBe("options");
      }
    });

    test("makes no request under an aborted signal and rejects with its reason", async () => {
      const { store } = await make();
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      await expect(store.get("a", { signal })).rejects.toBe(reason);
      await expect(store.head("a", { signal })).rejects.toBe(reason);
      await expect(store.put("a", bytesOf("a"), { signal })).rejects.toBe(reason);
      await expect(keysOf(store, { signal })).rejects.toBe(reason);
      await expect(store.source("a").read({ start: 0, end: 1 }, { signal })).rejects.toBe(reason);
    });

    test("lists what a model lists, whatever the keys, prefix, delimiter, start and page size", async () => {
      const { filled } = await make();
      let listings = 0;
      let entries = 0;
      const segment = fc.array(fc.constantFrom(...options.alphabet), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
      const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
      const keys = fc.uniqueArray(key, { maxLength: 12 }).map((found) => (options.nests ? found : unnested(found)));
      const some = fc.oneof(
        key,
        fc.constantFrom("", "/", ...options.alphabet),
        key.map((text) => `${text}/`),
      );
      const questions = fc.array(fc.record({ prefix: some, delimiter: fc.constantFrom("", "/", "/", "a"), startAfter: some }), {
        minLength: 6,
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(keys, questions, fc.integer({ min: 1, max: 4 }), async (found, asked, pageSize) => {
          const store = await filled(new Map(found.map((name) => [name, name])), pageSize);
          const related = asked.flatMap((question, index) => {
            const known = found[index % Math.max(1, found.length)] ?? "";
            const prefix = [...known].slice(0, index).join("");
            const startAfter = found[(index * 5) % Math.max(1, found.length)] ?? "";
            return [question, { ...question, prefix, startAfter: "" }, { ...question, prefix: "", startAfter }];
          });
          for (const question of related) {
            const got = await entriesOf(store, question);
            listings += 1;
            entries += got.length;
            expect([question, got.map(({ kind, key: name }) => `${kind} ${name}`)]).toEqual([question, model(found, question)]);
            for (const entry of got) if (entry.kind === "object") expect(entry.size).toBe(bytesOf(entry.key).length);
          }
        }),
        { numRuns: options.runs },
      );
      console.log(`${name}: ${listings} listings with ${entries} entries equal the model's`);
    }, 120_000);
  });
}

/** S3's rules by the definition, for a few keys. */
function model(keys: readonly string[], { prefix = "", delimiter = "", startAfter = "" }: ListOptions): string[] {
  const shown = new Map<string, string>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (at < 0) shown.set(key, `object ${key}`);
    else shown.set(key.slice(0, at + delimiter.length), `prefix ${key.slice(0, at + delimiter.length)}`);
  }
  return [...shown]
    .filter(([name]) => byBytes(name, startAfter) > 0)
    .sort(([a], [b]) => byBytes(a, b))
    .map(([, line]) => line);
}

/** A file can't be a folder too. */
function unnested(keys: readonly string[]): string[] {
  return keys.filter((key) => !keys.some((other) => other.startsWith(`${key}/`)));
}

export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export async function entriesOf(store: ObjectStore, options?: ListOptions): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of store.list(options)) entries.push(entry);
  return entries;
}

export async function keysOf(store: ObjectStore, options?: ListOptions): Promise<string[]> {
  return (await entriesOf(store, options)).map(({ key }) => key);
}
