import { create, toBinary } from "@bufbuild/protobuf";
import { isSondeError, toIPC } from "@sonde/core";
import { batchOf } from "@sonde/core/connector";
import fc from "fast-check";
import { expect, test } from "vitest";
import { metadataOf, readAnnotation, writeAnnotation } from "../src/client/metadata.js";
import { newPoints, type Told, tell } from "../src/driver/difference.js";
import { readArrow } from "../src/points/arrow.js";
import { firstDescent } from "../src/points/order.js";
import { rawShape } from "../src/points/shape.js";
import { snapPieces } from "../src/points/snap.js";
import { parseVersion, versionText } from "../src/points/version.js";
import { ArrowRawValuesResponseSchema, StreamDescriptorSchema } from "../src/proto/btrdb_pb.js";
import { parseEndpoints } from "../src/transport/endpoint.js";
import { uuidBytes, uuidText } from "../src/uuid.js";

const runs = { numRuns: 1000 };

test("reads annotations back as they were written (1000 cases)", () => {
  // A whole number beyond 2^53 comes back as a bigint, which has all of its digits.
  const json = fc.jsonValue().filter((value) => typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value));
  const written = fc.oneof(json, fc.string(), fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 63n }));
  fc.assert(
    fc.property(written, (value) => {
      const again = readAnnotation(writeAnnotation(value as never));
      if (typeof value === "bigint" || typeof value === "string") expect(again).toBe(value);
      else expect(JSON.stringify(again)).toBe(JSON.stringify(value));
    }),
    runs,
  );
});

test("writes uuids and versions as it reads them (1000 cases)", () => {
  const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const count = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(sixteen, count, count, (bytes, major, minor) => {
      expect(uuidBytes(uuidText(bytes))).toEqual(bytes);
      expect(parseVersion(versionText({ major, minor }))).toEqual({ major, minor });
    }),
    runs,
  );
});

test("reads any text as endpoints or refuses it as options (1000 cases)", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^[a-z[\]:0-9,./@]{0,20}$/)), (text) => {
      try {
        for (const { port, target } of parseEndpoints(text)) {
          expect(port).toBeGreaterThan(0);
          expect(target.endsWith(`:${port}`)).toBe(true);
        }
      } catch (error) {
        expect(isSondeError(error, "options"), String(error)).toBe(true);
      }
    }),
    runs,
  );
});

test("keeps keys such as __proto__ as data", () => {
  const pair = { key: "__proto__", val: { value: '{"__proto__": 1}' } };
  const metadata = metadataOf(create(StreamDescriptorSchema, { uuid: new Uint8Array(16), tags: [pair], annotations: [pair] }));
  expect(Object.hasOwn(metadata.tags, "__proto__") && Object.hasOwn(metadata.annotations, "__proto__")).toBe(true);
  expect(metadata.name).toBe("");
});

test("finds new points as sets of points with multiplicity do (1000 cases)", async () => {
  const points = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 6n }), fc.constantFrom(-0, 0, 1, 2)), { maxLength: 24 });
  const sorted = (rows: [bigint, number][]) => rows.toSorted(([a], [b]) => Number(a - b));
  const columns = (rows: [bigint, number][]) => ({
    times: BigInt64Array.from(rows, ([time]) => time),
    values: Float64Array.from(rows, ([, value]) => value),
  });
  async function* batches(rows: [bigint, number][], size: number) {
    for (let from = 0; from < rows.length; from += size) {
      const { times, values } = columns(rows.slice(from, from + size));
      yield batchOf(rawShape.schema, { time: times, value: values });
    }
  }
  const keys = (rows: [bigint, number][]) => rows.map(([time, value]) => `${time}/${Object.is(value, -0) ? "-0" : value}`).sort();
  await fc.assert(
    fc.asyncProperty(points, points, points, fc.integer({ min: 1, max: 5 }), async (before, told, added, size) => {
      const known: Told = new Map();
      tell(known, columns(told));
      const found: [bigint, number][] = [];
      for await (const { times, values } of newPoints(
        batches(sorted([...before, ...told, ...added]), size),
        batches(sorted(before), 3),
        known,
      )) {
        for (let row = 0; row < times.length; row++) found.push([times[row] as bigint, values[row] as number]);
      }
      expect(keys(found)).toEqual(keys(added));
      expect(known.size).toBe(0);
    }),
    runs,
  );
});

test("finds the first time that goes back as a comparison of bigints does (1000 cases)", () => {
  const edges = fc.constantFrom(-(2n ** 63n), -(2n ** 32n), -1n, 0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n - 1n);
  const time = fc.oneof(edges, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
  const nearlySorted = fc.tuple(fc.array(time, { maxLength: 40 }), fc.nat(40), time).map(([times, at, odd]) => {
    const sorted = times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return sorted.toSpliced(at, 0, odd);
  });
  fc.assert(
    fc.property(nearlySorted, fc.option(time, { nil: undefined }), (times, before) => {
      const expected = times.findIndex((one, row) => {
        const above = row === 0 ? before : times[row - 1];
        return above !== undefined && one < above;
      });
      expect(firstDescent(BigInt64Array.from(times), before)).toBe(expected);
    }),
    runs,
  );
});

test("snaps points to a grid as a search for the nearest does (1000 cases)", async () => {
  const time = fc.bigInt({ min: -60n, max: 60n });
  const grids = fc.record({ origin: time, ticks: fc.bigInt({ min: 1n, max: 3n }), per: fc.bigInt({ min: 1n, max: 40n }), end: time });
  await fc.assert(
    fc.asyncProperty(fc.array(time, { maxLength: 20 }), grids, fc.integer({ min: 1, max: 5 }), async (instants, grid, size) => {
      const { origin, ticks, per, end } = grid;
      const times = instants.toSorted((a, b) => Number(a - b));
      async function* pieces() {
        for (let from = 0; from < times.length; from += size) {
          const part = BigInt64Array.from(times.slice(from, from + size));
          yield { times: part, values: [Float64Array.from(part, (_, row) => from + row)], version: { major: 11n, minor: 0n } };
        }
      }
      const found: unknown[] = [];
      for await (const { times: at, values } of snapPieces(pieces(), grid)) {
        for (let row = 0; row < at.length; row++) found.push([at[row], values[0]?.[row]]);
      }
      const expected: unknown[] = [];
      for (let k = 0n; origin + (k * per) / ticks < end; k++) {
        const slot = origin + (k * per) / ticks;
        let best = -1;
        for (const [row, one] of times.entries()) {
          // In [k - 1/2, k + 1/2) steps, compared without a fraction.
          const steps = 2n * (one - origin) * ticks;
          const near = steps >= (2n * k - 1n) * per && steps < (2n * k + 1n) * per;
          const distance = (row: number) => (times[row]! < slot ? slot - times[row]! : times[row]! - slot);
          if (near && (best < 0 || distance(row) < distance(best))) best = row;
        }
        if (best >= 0) expected.push([slot, best]);
      }
      expect(found).toEqual(expected);
    }),
    runs,
  );
});

test("answers every cut and every flipped bit of an Arrow reply with points or an error of format", async () => {
  const points = batchOf(rawShape.schema, { time: BigInt64Array.of(1n, 2n, 3n), value: Float64Array.of(0.5, 1, 2) });
  const reply = { versionMajor: 11n, arrowBytes: await toIPC(points) };
  const whole = toBinary(ArrowRawValuesResponseSchema, create(ArrowRawValuesResponseSchema, reply));
  expect(readArrow(whole, rawShape).parts[0]?.times).toEqual(BigInt64Array.of(1n, 2n, 3n));
  let cases = 0;
  const attempt = (bytes: Uint8Array) => {
    cases++;
    try {
      for (const { times, values } of readArrow(bytes, rawShape).parts) expect(values[0]?.length).toBe(times.length);
    } catch (error) {
      expect(isSondeError(error) && ["format", "unsupported", "limit"].includes(error.code), String(error)).toBe(true);
    }
  };
  for (let length = 0; length < whole.length; length++) attempt(whole.slice(0, length));
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bytes = whole.slice();
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    attempt(bytes);
  }
  console.log(`${cases} damaged Arrow replies`);
});
