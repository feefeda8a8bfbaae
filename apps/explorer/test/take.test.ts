import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf } from "../src/take/code.js";
import { fetchFile, fileName } from "../src/take/export.js";
import { addressOf, type Shown, shownBy } from "../src/take/shown.js";

const shown: Shown = {
  origin: "http://127.0.0.1:4411",
  source: "plant",
  stream: "east/flow",
  columns: ["value"],
  range: { start: 1_500_000_000_000_000_001n, end: 1_500_000_001_000_000_000n },
  width: 4_000_000n,
};

describe("copied code", () => {
  test("asks for the windows on the screen, to the nanosecond", () => {
    expect(addressOf(shown, "csv").href).toBe(
      "http://127.0.0.1:4411/v1/windows?source=plant&stream=east%2Fflow&column=value&start=1500000000000000001&end=1500000001000000000&width=4000000&statistic=min&statistic=max&statistic=mean&statistic=count&format=csv",
    );
    expect(codeOf(shown, "typescript")).toContain("start: 1500000000000000001n");
    expect(codeOf(shown, "shell")).toBe(
      "sonde read sonde+http://127.0.0.1:4411/plant:east/flow --start 1500000000000000001 --end 1500000001000000000 --columns value --every 4000000ns --agg min,max,mean,count -o view.parquet\n",
    );
  });

  test("of rows asks for rows", () => {
    const { width, ...where } = shown;
    expect(width).toBeDefined();
    const rows = shownBy(where, { kind: "rows", width: 1n }, shown.range);
    expect(addressOf(rows, "arrow").pathname).toBe("/v1/read");
    expect(codeOf(rows, "typescript")).toContain("stream.table(");
  });

  test("runs nothing that stands in a name, in a shell or in TypeScript", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom("$(touch x)", "`id`", "a'b", '"; rm', "$" + "{process.exit()}", "\\", "a\nb"),
    );
    const cases = fc.property(
      name.filter((text) => !text.includes("\0")),
      (stream) => {
        const odd = { ...shown, stream };
        const words = execFileSync("sh", ["-c", codeOf(odd, "shell").replace(/^sonde read/, "printf '%s\\0'")], { encoding: "utf8" }).split(
          "\0",
        );
        expect(words[0]).toBe(`sonde+http://127.0.0.1:4411/plant:${stream}`);
        const [, literal = ""] = /source\.stream\((.*)\);\nconst table/s.exec(codeOf(odd, "typescript")) ?? [];
        expect(JSON.parse(literal)).toBe(stream);
      },
    );
    const { numRuns, failed } = fc.check(cases, { numRuns: 60 });
    console.log(`${numRuns} cases`);
    expect(failed).toBe(false);
  });
});

describe("a file that is fetched", () => {
  const address = addressOf(shown, "csv");

  test("comes piece by piece, and stops when it is cancelled", async () => {
    const abort = new AbortController();
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(10));
        if (++pulled === 3) abort.abort(new Error("enough"));
      },
      cancel() {
        cancelled = true;
      },
    });
    const seen: number[] = [];
    const fetched = fetchFile(async () => new Response(body), address, {
      signal: abort.signal,
      write: () => {},
      onProgress: (bytes) => seen.push(bytes),
    });
    await expect(fetched).rejects.toThrow("enough");
    expect(seen[0]).toBe(10);
    expect(cancelled).toBe(true);
  });

  test("that is refused says why in the server's words", async () => {
    const refuse = async () => Response.json({ detail: "no stream 'x'" }, { status: 404 });
    await expect(
      fetchFile(refuse, address, { signal: new AbortController().signal, write: () => {}, onProgress: () => {} }),
    ).rejects.toMatchObject({ code: "connection", message: "no stream 'x'" });
  });

  test("has a name that every file system takes", () => {
    expect(fileName("plant", "../../etc/<x>|y", "parquet")).toBe("plant-..-..-etc-x-y.parquet");
    expect(fileName("..", "//", "csv")).toBe("data.csv");
  });
});
