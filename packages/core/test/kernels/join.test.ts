import type { RecordBatch } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { asofJoin } from "../../src/kernels/asof-join.js";
import { joinBatches, joinSchema } from "../../src/kernels/join.js";
import { batchOf } from "../../src/table/batch.js";
import { fieldInfo, fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf, schemaText } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { collect, cut, rowsOfAll, rowsOfBatch, source } from "./brute.js";

const schema = schemaOf([
  timeField(),
  fieldOf("v", arrowType.float64(), { unit: "V" }, true),
  fieldOf("text", arrowType.utf8()),
  fieldOf("pair", arrowType.fixedSizeList(arrowType.int16(), 2)),
  fieldOf("flag", arrowType.bool()),
  fieldOf("list", arrowType.list(arrowType.int32()), {}, true),
  fieldOf("inner", arrowType.struct([fieldOf("a", arrowType.int64()), fieldOf("b", arrowType.utf8(), {}, true)])),
]);
const batchAt = (times: readonly bigint[]): RecordBatch =>
  batchOf(schema, {
    time: [...times],
    v: times.map((_, row) => (row % 4 === 0 ? null : row % 5 === 0 ? Number.NaN : row)),
    text: times.map((time, row) => `${time}·${row}`),
    pair: Int16Array.from(times.flatMap((_, row) => [row, -row])),
    flag: Uint8Array.from(times, (_, row) => row % 2),
    list: times.map((_, row) => (row % 3 === 0 ? null : Array(row % 3).fill(row))),
    inner: times.map((time, row) => ({ a: time, b: row % 2 ? null : `b${row}` })),
  });
const named = (label: string) => (column: string) => `${label}/${column}`;

/** The join by the book: instants in order, the k-th row of each input at an instant in one row. */
function bruteJoin(sides: readonly { label: string; rows: Record<string, unknown>[] }[]) {
  const instants = [...new Set(sides.flatMap(({ rows }) => rows.map((row) => row.time as bigint)))].sort((a, b) => (a < b ? -1 : 1));
  return instants.flatMap((time) => {
    const at = sides.map(({ rows }) => rows.filter((row) => row.time === time));
    return Array.from({ length: Math.max(...at.map((rows) => rows.length)) }, (_, k) => {
      const made: Record<string, unknown> = { time };
      for (const [index, { label }] of sides.entries()) {
        for (const { name } of schema.fields.slice(1)) made[`${label}/${name}`] = at[index]![k]?.[name] ?? null;
      }
      return made;
    });
  });
}

const times = fc.array(fc.bigInt({ min: 0n, max: 3n }), { maxLength: 40 }).map((steps) => {
  let time = -20n;
  return steps.map((step) => (time += step));
});
const cuts = fc.array(fc.nat(40), { maxLength: 5 });

test("a join equals brute force for one to four inputs, whatever their batches, with equal times", async () => {
  let cases = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(times, cuts), { minLength: 1, maxLength: 4 }), async (inputs) => {
      cases++;
      const batches = inputs.map(([at]) => batchAt(at));
      const joined = joinBatches(
        batches.map((batch, k) => ({ schema, batches: source(cut(batch, inputs[k]![1])), nameOf: named(`s${k}`) })),
      );
      expect(await rowsOfAll(joined)).toEqual(bruteJoin(batches.map((batch, k) => ({ label: `s${k}`, rows: rowsOfBatch(batch) }))));
    }),
    { numRuns: 300 },
  );
  console.log(`join: ${cases} cases`);
});

test("a join keeps nanoseconds over all of 64 bits", async () => {
  const ends = [-(2n ** 63n), -1n, 0n, 1_500_000_000_000_000_001n, 2n ** 63n - 1n];
  const joined = joinBatches([
    { schema, batches: source([batchAt(ends)]), nameOf: named("a") },
    { schema, batches: source([batchAt([1_500_000_000_000_000_002n])]), nameOf: named("b") },
  ]);
  expect((await rowsOfAll(joined)).map((row) => row.time)).toEqual([...ends.slice(0, 4), 1_500_000_000_000_000_002n, ends[4]]);
});

test("a join renames what refers to other columns, and refuses two of one name", () => {
  const statistics = schemaOf([
    timeField({ at: "start", width: 10n }),
    fieldOf("mean_v", arrowType.float64(), { statistic: "mean", of: "v", count: "count_v" }, true),
    fieldOf("count_v", arrowType.int64(), { statistic: "count", of: "v" }),
  ]);
  const nameOf = (column: string) => `c/${column}`;
  const joined = joinSchema([{ schema: statistics, nameOf }]);
  expect(schemaText(joined)).toBe("time: Timestamp<NANOSECOND, UTC>, c/mean_v: Float64?, c/count_v: Int64?");
  expect(fieldInfo(joined.fields[0]!)).toEqual({ role: "time", at: "start", width: 10n });
  expect(fieldInfo(joined.fields[1]!)).toEqual({ statistic: "mean", of: "c/v", count: "c/count_v" });
  expect(() =>
    joinSchema([
      { schema: statistics, nameOf },
      { schema: statistics, nameOf },
    ]),
  ).toThrow(/two columns.*'c\/mean_v'/);
  expect(
    fieldInfo(
      joinSchema([
        { schema: statistics, nameOf },
        { schema, nameOf: named("d") },
      ]).fields[0]!,
    ),
  ).toEqual({ role: "time" });
});

test("rows up to the damage come before an input's error, and every input is released", async () => {
  const broken = new Error("damaged");
  const left = source([batchAt([1n, 2n]), batchAt([3n])], broken);
  const right = source([batchAt([2n, 3n, 4n, 5n]), batchAt([9n])]);
  const found: unknown[] = [];
  const read = async () => {
    for await (const batch of joinBatches([
      { schema, batches: left, nameOf: named("a") },
      { schema, batches: right, nameOf: named("b") },
    ]))
      found.push(...rowsOfBatch(batch).map((row) => row.time));
  };
  await expect(read()).rejects.toBe(broken);
  expect(found).toEqual([1n, 2n, 3n]);
  expect([left.state.closed, right.state.closed]).toEqual([true, true]);
});

test("breaking off a join releases every input", async () => {
  const many = () =>
    source(Array.from({ length: 20 }, (_, k) => batchAt(Array.from({ length: 10_000 }, (_, row) => BigInt(k * 10_000 + row)))));
  const sides = [many(), many()];
  for await (const _ of joinBatches(sides.map((batches, k) => ({ schema, batches, nameOf: named(`${k}`) })))) break;
  expect(sides.map(({ state }) => state.closed)).toEqual([true, true]);
  expect(sides[0]!.state.pulled).toBeLessThan(10);
});

for (const direction of ["backward", "forward", "nearest"] as const) {
  test(`an as-of join ${direction} equals brute force`, async () => {
    let cases = 0;
    const options = fc.tuple(times, cuts, times, cuts, fc.option(fc.bigInt({ min: 0n, max: 3n }), { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(options, async ([lefts, leftCuts, rights, rightCuts, tolerance]) => {
        cases++;
        const [left, right] = [batchAt(lefts), batchAt(rights)];
        const joined = asofJoin(
          { schema, batches: source(cut(left, leftCuts)) },
          { schema, batches: source(cut(right, rightCuts)) },
          { direction, tolerance, nameOf: named("r"), timeName: "when" },
        );
        const candidates = rowsOfBatch(right);
        const wanted = rowsOfBatch(left).map((row) => {
          const time = row.time as bigint;
          const back = candidates.filter((other) => (other.time as bigint) <= time).at(-1);
          const forth = candidates.find((other) => (other.time as bigint) >= time);
          const far = (other: Record<string, unknown>) =>
            (other.time as bigint) > time ? (other.time as bigint) - time : time - (other.time as bigint);
          let match = direction === "backward" ? back : forth;
          if (direction === "nearest" && back && (!forth || far(back) <= far(forth))) match = back;
          if (match && tolerance !== undefined && far(match) > tolerance) match = undefined;
          const made: Record<string, unknown> = { ...row, when: match?.time ?? null };
          for (const { name } of schema.fields.slice(1)) made[`r/${name}`] = match?.[name] ?? null;
          return made;
        });
        expect(await rowsOfAll(joined)).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
    console.log(`as-of ${direction}: ${cases} cases`);
  });
}

test("rows that are matched come before an as-of join's error, and both sides are released", async () => {
  const broken = new Error("damaged");
  for (const failing of ["left", "right"]) {
    const left = source([batchAt([1n, 2n]), batchAt([8n])], failing === "left" ? broken : undefined);
    const right = source([batchAt([1n]), batchAt([5n])], failing === "right" ? broken : undefined);
    const found: unknown[] = [];
    const read = async () => {
      const joined = asofJoin({ schema, batches: left }, { schema, batches: right }, { direction: "backward", nameOf: named("r") });
      for await (const batch of joined) found.push(...rowsOfBatch(batch).map((row) => row["r/text"]));
    };
    await expect(read()).rejects.toBe(broken);
    expect(found.slice(0, 2)).toEqual(["1·0", "1·0"]);
    expect([left.state.closed, right.state.closed]).toEqual([true, true]);
  }
});

test("an as-of join refuses two columns of one name", async () => {
  const side = { schema, batches: source([]) };
  expect(() => asofJoin(side, side, { direction: "backward" })).toThrow(/both sides.*'v'/);
  expect(await collect(asofJoin(side, { ...side, batches: source([]) }, { direction: "backward", nameOf: named("r") }))).toEqual([]);
});
