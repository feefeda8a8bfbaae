import { isSondeError } from "@sonde/core";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { batchedRecords } from "../src/backends/reductstore/batch-header.js";
import { decodePackage, encodePackage, type PackageInput, triggersOf } from "../src/index.js";
import { imagePackage, scalarsPackage, seriesPackage, textPackage, typedPackage } from "../src/testing/index.js";

const id = 1_676_296_193_326n;
const series = seriesPackage(id, { size: 64, steps: 2, sample: (k) => Math.sin(k) });
const vectors: { readonly [name: string]: Uint8Array } = {
  series,
  image: imagePackage(id, { width: 12, height: 8, steps: 1, pixel: (channel, row, column) => (channel + row + column) / 32 }),
  scalars: scalarsPackage(id, { a: 1, b: 2 }, ["b"]),
  typed: typedPackage(id, { ok: true, none: null, text: "text", list: Float32Array.of(1, 2) }),
  text: textPackage(id, "text"),
  aligned: encodePackage({
    id,
    meta: {
      kind: "aligned",
      packages: [
        { topic: "a", meta: { kind: "time-series", start: id * 1_000_000n, stop: (id + 1000n) * 1_000_000n, size: 64 } },
        { topic: "b", meta: { kind: "text" } },
      ],
    },
    payloads: [decodePackage(series).payloads[0]?.data ?? new Uint8Array(), new TextEncoder().encode("b")],
  }),
};
const counts = { truncated: 0, flipped: 0, refused: 0, read: 0 };
afterAll(() => console.log(`cases: ${JSON.stringify(counts)}`));

/** Everything that a package can be asked for: it is there, or the error is one of ours. */
async function drained(bytes: Uint8Array): Promise<void> {
  const attempt = async (work: () => unknown) => {
    try {
      await work();
      counts.read += 1;
    } catch (error) {
      counts.refused += 1;
      if (!isSondeError(error)) throw error;
    }
  };
  await attempt(async () => {
    const pkg = decodePackage(bytes, { topic: "topic", limits: { maxValues: 65_536, maxPixels: 65_536 } });
    await attempt(() => pkg.signal().times());
    await attempt(() => Promise.all(pkg.images().map((image) => image.compose())));
    await attempt(() => pkg.scalars());
    await attempt(() => pkg.typed());
    await attempt(() => pkg.text());
    await attempt(() => pkg.aligned().map((part) => (part.kind === "time-series" ? part.signal() : part.text())));
    await attempt(() => triggersOf(pkg));
    String(pkg);
  });
}

test.each(Object.entries(vectors))("refuses %s that is cut off anywhere, or reads what is whole", async (_, bytes) => {
  for (let end = 0; end < bytes.length; end++) {
    counts.truncated += 1;
    await drained(bytes.slice(0, end));
  }
});

test.each(Object.entries(vectors))("survives any byte of %s that is another", async (_, bytes) => {
  const cases = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(cases, async ([at, change]) => {
      counts.flipped += 1;
      const spoilt = bytes.slice();
      spoilt[at] = (spoilt[at] as number) ^ change;
      await drained(spoilt);
    }),
    { numRuns: 500 },
  );
});

test("ends in packages within packages within packages", () => {
  let meta: PackageInput["meta"] = { kind: "text" };
  for (let depth = 0; depth < 20; depth++) meta = { kind: "aligned", packages: [{ topic: "t", meta }] };
  const bytes = encodePackage({ id, ...(meta && { meta }) });
  expect(() => decodePackage(bytes)).toThrow(/maxDepth/);
  expect(decodePackage(bytes, { limits: { maxDepth: 64 } }).kind).toBe("aligned");
});

test("keeps labels, variables and items called __proto__ as data", () => {
  const labels = JSON.parse('{"__proto__":"a","constructor":"b"}') as { [key: string]: string };
  const pkg = decodePackage(encodePackage({ id, labels }));
  expect([...pkg.labels]).toEqual([
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("refuses a JPEG of a few bytes that promises four thousand million pixels", async () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1);
  const bytes = encodePackage({ id, meta: { kind: "image", encoding: "jpeg" }, payloads: [jpeg] });
  await expect(decodePackage(bytes).images()[0]?.compose()).rejects.toMatchObject({ code: "limit", option: "limits.maxPixels" });
});

test("decodes what was encoded, whatever it is", () => {
  const text = fc.string({ maxLength: 20 });
  const status = fc.integer({ min: 0, max: 0x2ff });
  const meta = fc.oneof(
    fc.record({ kind: fc.constant("text" as const), mimeType: text }),
    fc.record({ kind: fc.constant("typed" as const), items: fc.array(fc.record({ name: text, status }), { maxLength: 4 }) }),
    fc.record({ kind: fc.constant("scalars" as const), variables: fc.array(fc.record({ name: text, status }), { maxLength: 4 }) }),
  );
  const time = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  let cases = 0;
  const input = fc.record({
    id: time,
    sourceTime: time,
    publishTime: time,
    status,
    meta,
    payloads: fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(input, (made) => {
      cases += 1;
      const pkg = decodePackage(encodePackage(made));
      expect([pkg.id, pkg.sourceTime, pkg.publishTime, pkg.status.code]).toEqual([made.id, made.sourceTime, made.publishTime, made.status]);
      expect(pkg.payloads.map(({ data }) => [...data])).toEqual(made.payloads.map((data) => [...data]));
      expect(pkg.kind).toBe(made.meta.kind);
    }),
    { numRuns: 500 },
  );
  console.log(`cases: ${cases} packages`);
});

test("reads the head of a batch in any order, with commas in quotes", () => {
  const headers = new Headers({
    "x-reduct-time-2000": '7,image/jpeg,a="1,2",b=x=y',
    "x-reduct-last": "true",
    "x-reduct-time-10000": "3,application/octet-stream",
    "x-reduct-time-1000": "5,text/plain,empty=",
  });
  expect(batchedRecords(headers, "store").map(({ time, length, contentType, labels }) => [time, length, contentType, ...labels])).toEqual([
    [1000n, 5, "text/plain", ["empty", ""]],
    [2000n, 7, "image/jpeg", ["a", "1,2"], ["b", "x=y"]],
    [10000n, 3, "application/octet-stream"],
  ]);
  expect(() => batchedRecords(new Headers({ "x-reduct-time-1": "many,text" }), "store")).toThrow(/neither time nor length/);
});
