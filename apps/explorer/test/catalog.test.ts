import type { StreamInfo } from "@sonde/core";
import { describe, expect, test } from "vitest";
import { splitCode } from "../src/archive/session.js";
import { Lister, pageSize } from "../src/catalog/lister.js";
import { archiveKey, type Listing, treeRows } from "../src/catalog/tree.js";
import { cellText, hexText, prettyText } from "../src/rows/value-text.js";

const archives = [
  { name: "plant", connector: "btrdb", local: false },
  { name: "mine.h5", connector: "cl-recordings", local: true },
];
const streams: StreamInfo[] = [
  { id: "1", name: "flow", collection: "east/pump" },
  { id: "2", name: "heat", collection: "east/pump" },
  { id: "3", name: "flow", collection: "west" },
  { id: "4", name: "alone" },
];
const listings = new Map<string, Listing>([["plant", { streams, state: "complete" }]]);
const labels = (rows: ReturnType<typeof treeRows>) => rows.map(({ depth, label }) => `${"  ".repeat(depth)}${label}`);

describe("the tree", () => {
  test("shows what stands open, and counts brothers and sisters", () => {
    const open = new Set([archiveKey("plant"), JSON.stringify(["plant", "east"])]);
    const rows = treeRows(archives, listings, open);
    expect(labels(rows)).toEqual(["plant", "  east", "    pump", "  west", "  alone", "mine.h5"]);
    expect(rows.map(({ position, set }) => `${position}/${set}`)).toEqual(["1/2", "1/3", "1/1", "2/3", "3/3", "2/2"]);
  });

  test("is searched by words in any order, and leads to what is found", () => {
    expect(labels(treeRows(archives, listings, new Set(), "flow east"))).toEqual(["plant", "  east", "    pump", "      flow", "mine.h5"]);
  });

  test("keeps collections apart that are called like what every object has", () => {
    const odd = new Map<string, Listing>([
      ["plant", { streams: [{ id: "x", name: "x", collection: "__proto__/constructor" }], state: "complete" }],
    ]);
    expect(labels(treeRows(archives, odd, new Set(), "x")).slice(0, 4)).toEqual(["plant", "  __proto__", "    constructor", "      x"]);
  });

  test("says that there is more, that it waits, that it failed", () => {
    for (const state of ["more", "loading", "failed"] as const) {
      const rows = treeRows(
        archives.slice(0, 1),
        new Map([["plant", { streams: [], state, error: "gone" }]]),
        new Set([archiveKey("plant")]),
      );
      expect(rows.at(-1)).toMatchObject({ label: state, depth: 1, position: 1, set: 1 });
    }
  });
});

describe("the list of an archive", () => {
  test("asks for the next page only when it is wanted, and begins anew after a failure", async () => {
    let asked = 0;
    let fails = false;
    const open = async () => ({
      streams: () => ({
        async *[Symbol.asyncIterator]() {
          for (let index = 0; index < 2.5 * pageSize; index++) {
            asked += 1;
            if (fails) throw new Error("gone");
            yield { id: String(index), name: String(index) };
          }
        },
      }),
    });
    // Of a source only this is asked.
    const lister = new Lister(open as never, () => {});
    await lister.more();
    expect([lister.listing.streams.length, lister.listing.state, asked]).toEqual([pageSize, "more", pageSize]);
    fails = true;
    await lister.more();
    expect(lister.listing).toMatchObject({ state: "failed", error: "gone" });
    fails = false;
    await lister.more(10_000);
    expect([lister.listing.streams.length, lister.listing.state]).toEqual([2.5 * pageSize, "complete"]);
  });
});

describe("values", () => {
  test("are exact, cut where they are long, and never run", () => {
    expect(cellText(2n ** 64n - 1n)).toBe("18446744073709551615");
    expect(cellText(Float64Array.of(1, 2, 3))).toBe("[1, 2, 3]");
    expect(cellText("x".repeat(500)).length).toBe(121);
    expect(prettyText(new Map([["__proto__", BigUint64Array.of(2n ** 64n - 1n)]]))).toBe(
      '{\n  "__proto__": BigUint64Array(1) [18446744073709551615]\n}',
    );
    expect(prettyText(Array.from({ length: 100_000 }, () => "long enough to fill")).length).toBeLessThan(40_000);
    expect(hexText(new TextEncoder().encode("AB\n"))).toBe("000000  41 42 0a                                         AB·");
  });
});

test("the code of the session is taken out of the address, and the view stays in it", () => {
  expect(splitCode("#code=abc&v=1&t=a/b/c")).toEqual({ code: "abc", rest: "v=1&t=a/b/c" });
  expect(splitCode("#v=1")).toEqual({ code: undefined, rest: "v=1" });
  expect(splitCode("")).toEqual({ code: undefined, rest: "" });
});
