import fc from "fast-check";
import { expect, test } from "vitest";
import { createLimiter, defaultLimits, isSondeError, type Limits } from "../../src/bytes/index.js";

const failure = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

test("names what was asked, how much is allowed and the option that raises it", () => {
  const error = failure(() => createLimiter({ maxBytes: 100 }).bytes(101n, "page 3 of column 'value'"));
  expect(isSondeError(error, "limit") && error).toMatchObject({
    what: "page 3 of column 'value'",
    asked: 101n,
    allowed: 100,
    option: "maxBytes",
  });
  expect(String(error)).toContain("page 3 of column 'value' asks for 101 bytes at once where 100 are allowed: raise maxBytes");
});

test("lets every limit be reached and not passed", () => {
  const ask: { readonly [Name in keyof Limits]: (limit: number, asked: number) => unknown } = {
    maxBytes: (maxBytes, asked) => createLimiter({ maxBytes }).bytes(asked, "x"),
    maxTotalBytes(maxTotalBytes, asked) {
      const limiter = createLimiter({ maxTotalBytes });
      for (let index = 0; index < asked; index++) limiter.bytes(1, "x");
    },
    maxRatio: (maxRatio, asked) => createLimiter({ maxRatio }).ratio(asked * 2 ** 26, 2 ** 26, "x"),
    maxElements: (maxElements, asked) => createLimiter({ maxElements }).elements(BigInt(asked), "x"),
    maxDepth: (maxDepth, asked) => createLimiter({ maxDepth }).depth(asked, "x"),
    maxObjects(maxObjects, asked) {
      const limiter = createLimiter({ maxObjects });
      for (let index = 0; index < asked; index++) limiter.object("x");
    },
  };
  for (const [option, over] of Object.entries(ask)) {
    expect(failure(() => over(7, 7))).toBeUndefined();
    expect(failure(() => over(Number.POSITIVE_INFINITY, 9))).toBeUndefined();
    expect(failure(() => over(7, 8))).toMatchObject({ code: "limit", option, asked: expect.anything() });
  }
});

test("refuses what is no size as damage, whatever the limits", () => {
  const limiter = createLimiter({ maxBytes: Number.POSITIVE_INFINITY, maxElements: Number.POSITIVE_INFINITY });
  for (const value of [Number.NaN, -1, -1n, 0.5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
    expect(failure(() => limiter.bytes(value, "x"))).toMatchObject({ code: "format" });
    expect(failure(() => limiter.elements(value, "x"))).toMatchObject({ code: "format" });
    expect(failure(() => limiter.ratio(value, 1, "x"))).toMatchObject({ code: "format" });
    expect(failure(() => limiter.depth(Number(value), "x"))).toMatchObject({ code: "format" });
  }
  expect(failure(() => limiter.elements(2n ** 63n, "x"))).toMatchObject({ code: "limit" });
});

test("refuses the known bombs by default and takes a constant column", () => {
  const limiter = createLimiter();
  // A Parquet file of 4,325 bytes that declares 2 GB.
  expect(failure(() => limiter.ratio(2_147_483_749, 3346, "pages"))).toMatchObject({ code: "limit", option: "maxRatio" });
  expect(failure(() => limiter.bytes(2_147_483_749, "page"))).toMatchObject({ code: "limit", option: "maxBytes" });
  expect(failure(() => limiter.ratio(8_000_000, 12, "a million equal values"))).toBeUndefined();
  // The most that deflate can do.
  expect(failure(() => limiter.ratio(1032 * 2 ** 20, 2 ** 20, "zeros"))).toBeUndefined();
  expect(failure(() => limiter.ratio(2 ** 30, 0, "nothing stored"))).toMatchObject({ code: "limit" });
});

test("gives back the number asked for, exactly", () => {
  const runs = fc.check(
    fc.property(fc.bigInt(0n, 2n ** 64n), (asked) => {
      const error = failure(() => expect(createLimiter().bytes(asked, "x")).toBe(Number(asked)));
      expect(error === undefined).toBe(asked <= defaultLimits.maxBytes);
    }),
  );
  console.log(`limits: ${runs.numRuns} cases`);
  expect(runs.failed, fc.defaultReportMessage(runs)).toBe(false);
});

test("takes absent and undefined limits as the defaults and refuses nonsense", () => {
  expect(createLimiter({ maxBytes: undefined, maxDepth: 3 }).limits).toEqual({ ...defaultLimits, maxDepth: 3 });
  expect(failure(() => createLimiter({ maxBytes: Number.NaN }))).toMatchObject({ code: "options", issues: [{ path: "maxBytes" }] });
  expect(failure(() => createLimiter({ maxObjects: -1 }))).toMatchObject({ code: "options" });
});
