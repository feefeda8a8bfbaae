import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type AttributeValue,
  array,
  attribute,
  bitfield,
  compound,
  type Datatype,
  float,
  int,
  memorySink,
  opaque,
  string,
  uint,
} from "../../src/write/index.js";
import { ModelFile } from "./model-file.js";
import { readAll } from "./reading.js";

const whole = fc.integer({ min: 1, max: 8 });
const memberName = fc.oneof(
  fc.constantFrom("timestamp", "a", "__proto__", "größe", "a longer name than eight"),
  fc.stringMatching(/^[a-z]{1,9}$/),
);
/** Little-endian: h5wasm turns other numbers round on reading. */
const datatype = fc.letrec<{ type: Datatype; leaf: Datatype }>((tie) => ({
  leaf: fc.oneof(
    whole.map((size) => int(size)),
    whole.map((size) => uint(size)),
    fc.constantFrom(4 as const, 8 as const).map((size) => float(size)),
    fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom("ascii" as const, "utf-8" as const))
      .map(([size, charset]) => string(size, charset)),
    fc.constant(bitfield()),
    fc.integer({ min: 1, max: 12 }).map((size) => opaque(size, "bytes of ours")),
  ),
  type: fc.oneof(
    { maxDepth: 2 },
    tie("leaf"),
    fc
      .tuple(tie("type"), fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }))
      .map(([element, shape]) => array(element, shape)),
    fc
      .uniqueArray(fc.record({ name: memberName, type: tie("type") }), { minLength: 1, maxLength: 4, selector: ({ name }) => name })
      .map((members) => compound(members)),
  ),
})).type;

const name = fc.constantFrom("a", "b", "samples", "__proto__", "constructor", "größe", "with space", "_i_x", "zz");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join("/")}`);
const bytes = (most: number) => fc.uint8Array({ maxLength: most });
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc
    .string({ unit: "grapheme" })
    .filter((text) => !text.includes("\0"))
    .map((text) => attribute.text(text)),
  bytes(300).map((list) => attribute.ascii(list)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((one) => attribute.int64(one)),
  fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map((list) => attribute.uint64(list)),
  fc.double().map((one) => attribute.float64(one)),
  fc.array(fc.float()).map((list) => attribute.float32(list)),
  fc.boolean().map((one) => attribute.bool(one)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((one) => attribute.int32(one)),
  fc.tuple(datatype, bytes(64)).map(([type, seed]) => attribute.value(type, repeat(seed, type.size))),
);

type Step =
  | { readonly do: "group"; readonly path: string }
  | {
      readonly do: "dataset";
      readonly path: string;
      readonly type: Datatype;
      readonly sides: number[];
      readonly rows: number;
      readonly chunked: boolean;
    }
  | { readonly do: "append"; readonly which: number; readonly rows: number; readonly seed: Uint8Array }
  | { readonly do: "set"; readonly which: number; readonly name: string; readonly value: AttributeValue }
  | { readonly do: "flush" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("group" as const), path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("dataset" as const),
      path,
      type: datatype,
      sides: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
      rows: fc.integer({ min: 1, max: 9 }),
      chunked: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("append" as const), which: fc.nat(), rows: fc.nat(300), seed: bytes(64) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("set" as const), which: fc.nat(), name, value }) },
  { weight: 1, arbitrary: fc.constant({ do: "flush" as const }) },
);

function repeat(seed: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (seed[index % Math.max(1, seed.length)] ?? 0) ^ (index >> 6));
}

function apply(model: ModelFile, datasets: string[], step: Exclude<Step, { do: "flush" }>): void {
  if (step.do === "set") {
    model.set(model.paths[step.which % model.paths.length]!, step.name, step.value);
  } else if (step.do === "append") {
    const at = datasets[step.which % datasets.length];
    if (at === undefined) return;
    const { options, writer } = model.datasetAt(at)!;
    const rowBytes = options.shape.slice(1).reduce((product, side) => product * side, options.type.size);
    const room = options.chunks === undefined ? (options.shape[0] ?? 1) - writer.rows : Infinity;
    model.append(at, repeat(step.seed, rowBytes * Math.min(step.rows, room)));
  } else {
    // A dataset holds no objects, and a path is taken once.
    const names = step.path.split("/");
    if (names.some((_, depth) => datasets.includes(names.slice(0, depth + 1).join("/")))) return;
    if (step.do === "group") model.group(step.path);
    else if (!model.has(step.path)) {
      const { type, sides, rows, chunked } = step;
      model.dataset(step.path, chunked ? { type, shape: [0, ...sides], chunks: [rows, ...sides] } : { type, shape: [rows, ...sides] });
      datasets.push(step.path);
    }
  }
}

it("writes any tree of groups, datasets, attributes and appends so that HDF5 reads back the same", async () => {
  let cases = 0;
  let flushes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const sink = memorySink();
      const model = new ModelFile(sink);
      const datasets: string[] = [];
      for (const one of steps) {
        if (one.do !== "flush") {
          apply(model, datasets, one);
          continue;
        }
        await model.file.flush();
        model.expectEqual(await readAll(sink.bytes()));
        flushes++;
      }
      await model.file.close();
      model.expectEqual(await readAll(sink.bytes()));
      cases++;
    }),
    { numRuns: 300 },
  );
  console.log(`${cases} trees, ${flushes} flushes between`);
  expect(cases).toBeGreaterThanOrEqual(300);
}, 120_000);
