import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cellText } from "../src/output/cell.js";
import { descriptionTexts } from "../src/output/describe.js";
import { plainOf } from "../src/output/plain.js";
import { bytesText, progressLine } from "../src/output/progress.js";
import { styleOf } from "../src/output/style.js";
import { tableLines } from "../src/output/table.js";
import { grouped, messageLine, shellWord, withoutSecrets } from "../src/output/text.js";

async function* of<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}
async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const line of lines) text += line;
  return text;
}
const style = styleOf(false);

describe("a table", () => {
  test("aligns by the first rows and goes on as wide", async () => {
    const columns = [{ name: "id" }, { name: "n", alignRight: true }];
    const rows = of(
      [
        ["a", "1"],
        ["long", "22"],
      ],
      [["longer still", "333"]],
    );
    expect(await textOf(tableLines(columns, rows, { style, sample: 2 }))).toBe("id     n\na      1\nlong  22\nlonger still  333\n");
  });

  test("prints what waits before an error is thrown", async () => {
    const rows = (async function* () {
      yield [["a"]];
      throw new Error("torn");
    })();
    const lines = tableLines([{ name: "id" }], rows, { style });
    expect((await lines.next()).value).toBe("id\na\n");
    await expect(lines.next()).rejects.toThrow("torn");
  });

  test("leaves out columns that do not fit and tells their names", async () => {
    const left: (readonly string[])[] = [];
    const columns = ["aaaa", "bbbb", "cccc"].map((name) => ({ name }));
    const text = await textOf(tableLines(columns, of([["1", "2", "3"]]), { style, width: 10, onLeftOut: (names) => left.push(names) }));
    expect(text).toBe("aaaa  bbbb\n1     2\n");
    expect(left).toEqual([["cccc"]]);
  });

  test("prints the header where there are no rows", async () => {
    expect(await textOf(tableLines([{ name: "id" }], of<string[][]>(), { style }))).toBe("id\n");
  });
});

describe("a cell", () => {
  test("is text that steers no terminal", () => {
    expect(cellText("a\u001b[2J\n\u202e")).toBe("a\\u001b[2J\\n\\u202e");
    expect(cellText({ "\u0007": 1 })).toBe("{\\u0007: 1}");
  });

  test("shows 32-bit floats by their fewest digits", () => {
    expect(cellText(Float32Array.of(1.17, -1.755, 0.1))).toBe("[1.17, -1.755, 0.1]");
    expect(cellText(Float32Array.of(16_777_216, Number.NaN, -0))).toBe("[16777216, NaN, -0]");
  });

  test("cuts long lists short and keeps every digit of integers", () => {
    expect(cellText(BigInt64Array.of(1n, 2n, 3n, 4n, 2n ** 62n))).toBe("[1, 2, 3, 4, … 1 more]");
    expect(cellText(2n ** 62n)).toBe("4611686018427387904");
    expect(cellText(new Uint8Array(3))).toBe("<3 bytes>");
    expect(cellText(new Map([[1n, "one"]]))).toBe("{1: one}");
    expect(cellText(null)).toBe("null");
  });
});

test("decoded values become JavaScript's own, keys such as __proto__ stay data", () => {
  const array = { toNested: () => [[1n, 2n]] };
  const value = JSON.parse('{"__proto__":1}');
  const plain = plainOf({ array, value, list: [array], bytes: new Uint8Array(1) });
  expect(plain).toEqual({ array: [[1n, 2n]], value, list: [[[1n, 2n]]], bytes: new Uint8Array(1) });
  expect(Object.keys((plain as { value: object }).value)).toEqual(["__proto__"]);
});

test("instants lose zeros at their end only, three at a time", () => {
  const first = (start: bigint) => descriptionTexts({ extent: { start, end: start + 1n } }).first;
  expect([0n, 1_000_000_000n, 10_000_000n, 1n, 1_000n, 120_000n].map(first)).toEqual([
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:01Z",
    "1970-01-01T00:00:00.010Z",
    "1970-01-01T00:00:00.000000001Z",
    "1970-01-01T00:00:00.000001Z",
    "1970-01-01T00:00:00.000120Z",
  ]);
});

test("messages are one line and hold no user, password or query", () => {
  expect(messageLine("a\n  b\u0007")).toBe("a b\\u0007");
  expect(withoutSecrets("no https://me:secret@host:1/x?key=secret#a or s3://k@b")).toBe("no https://host:1/x?…#a or s3://b");
});

test("numbers and words are written as people and shells read them", () => {
  expect([0, 999, 1000, 1234567].map(grouped)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([0, 999, 1000, 12_345_678, 10 ** 15].map(bytesText)).toEqual(["0 B", "999 B", "1.0 kB", "12.3 MB", "1000.0 TB"]);
  expect(["rec.h5:spikes", "my rec.h5", "it's"].map(shellWord)).toEqual(["rec.h5:spikes", "'my rec.h5'", "'it'\\''s'"]);
});

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("shows after a second, counts, and leaves nothing behind", () => {
    const written: string[] = [];
    const line = progressLine("reading x", (text) => written.push(text));
    line.tell({ rows: 1000, bytes: 2_000_000, totalBytes: 4_000_000 });
    vi.advanceTimersByTime(900);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(written.at(-1)).toBe("\r\u001b[Kreading x · 1,000 rows · 2.0 MB of 4.0 MB · 1s");
    line.stop();
    expect(written.at(-1)).toBe("\r\u001b[K");
    const { length } = written;
    vi.advanceTimersByTime(5000);
    expect(written).toHaveLength(length);
  });

  test("writes nothing where work is done within a second, or nobody watches", () => {
    const written: string[] = [];
    const line = progressLine("reading x", (text) => written.push(text));
    vi.advanceTimersByTime(800);
    line.stop();
    progressLine("reading x", undefined).stop();
    expect(written).toEqual([]);
  });
});
