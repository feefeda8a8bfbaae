import { fromIPC, openConnector, type Source } from "@sonde/core";
import { timesOf } from "@sonde/core/connector";
import { describe, expect, test } from "vitest";
import { lab, labPassword } from "../../testkit/test/lab/lab.js";
import { sampleArchive } from "../../testkit/test/lab/samples.js";
import { createApp } from "../src/index.js";

async function serving(options: { readonly maxAnswers?: number; readonly maxBody?: number } = {}) {
  const archive = sampleArchive([]);
  const source: Source = await openConnector(lab, { archive, password: labPassword });
  const app = createApp({ sources: { lab: source }, ...options });
  return { archive, source, ask: async (path: string, init?: RequestInit) => app.request(path, init) };
}

const temp = "stream=lab/2020/temp";

describe("rows", () => {
  test("come as Arrow, Parquet, CSV and lines of JSON", async () => {
    const { ask, source } = await serving();
    const whole = await (await source.stream("lab/2020/temp")).table();
    const table = fromIPC(new Uint8Array(await (await ask(`/v1/read?${temp}`)).arrayBuffer()));
    expect(table.numRows).toBe(whole.numRows);
    expect(table.batches.flatMap((batch) => [...timesOf(batch)])).toEqual(whole.batches.flatMap((batch) => [...timesOf(batch)]));
    const parquet = new Uint8Array(await (await ask(`/v1/read?${temp}&format=parquet`)).arrayBuffer());
    expect(new TextDecoder().decode(parquet.subarray(0, 4))).toBe("PAR1");
    const csv = await ask(`/v1/read?${temp}&format=csv&column=value`);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect((await csv.text()).split("\n", 1)).toEqual(["time,value"]);
    const lines = await (await ask(`/v1/read?${temp}&format=ndjson&only=time`)).text();
    expect(Object.keys(JSON.parse(lines.split("\n", 1)[0] ?? ""))).toEqual(["time"]);
  });

  test("of an empty range still say what columns there would be", async () => {
    const { ask } = await serving();
    const bytes = await (await ask(`/v1/read?${temp}&start=1&end=2&column=value`)).arrayBuffer();
    const table = fromIPC(new Uint8Array(bytes));
    expect([table.numRows, table.schema.fields.map(({ name }) => name)]).toEqual([0, ["time", "value"]]);
  });

  test("are answered by 304 to who has the version, and for ever where a version is asked for", async () => {
    const { ask, archive, source } = await serving();
    const first = await ask(`/v1/read?${temp}`);
    const etag = first.headers.get("etag") ?? "";
    expect([etag, first.headers.get("cache-control")]).toEqual(['"1"', "private, no-cache"]);
    await first.arrayBuffer();
    const before = archive.requests.length;
    expect((await ask(`/v1/read?${temp}`, { headers: { "if-none-match": etag } })).status).toBe(304);
    // The stream and its description, no row.
    expect(archive.requests.length - before).toBe(2);
    const pinned = await ask(`/v1/read?${temp}&version=1`);
    expect(pinned.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    await pinned.arrayBuffer();
    const stream = await source.stream("lab/2020/temp");
    await stream.append((await stream.head(1)).batches[0]!);
    const changed = await ask(`/v1/read?${temp}`, { headers: { "if-none-match": etag } });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, '"2"']);
    await changed.arrayBuffer();
  });

  test("start to leave before the archive is read to its end", async () => {
    const { ask, archive } = await serving();
    const response = await ask(`/v1/read?${temp}&column=value`);
    const reader = response.body!.getReader();
    await reader.read();
    const asked = archive.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(archive.requests.length).toBe(asked);
    await reader.cancel();
    expect(archive.open).toBe(0);
  });

  test("that end in damage say so after those before it", async () => {
    const { ask } = await serving();
    const response = await ask("/v1/read?stream=plant/broken");
    expect(response.status).toBe(200);
    expect(new TextDecoder().decode(await response.arrayBuffer())).toContain('{"code":"format","message":"\'plant/broken/2\' is damaged');
  });
});

describe("refusals", () => {
  const code = async (response: Response) => [response.status, JSON.parse(((await response.json()) as { error: string }).error).code];

  test("say what was wrong, by status and code", async () => {
    const { ask } = await serving();
    expect(await code(await ask("/v1/read?stream=none"))).toEqual([404, "not-found"]);
    expect(await code(await ask("/v1/read"))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/read?${temp}&strat=5`))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/read?${temp}&start=5&start=6`))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/read?${temp}&start=yesterday`))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/windows?${temp}&width=-5s`))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/view?${temp}&points=many`))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/read?${temp}&format=xlsx`))).toEqual([400, "options"]);
    expect(await code(await ask(`/v1/arrays?${temp}`))).toEqual([422, "unsupported"]);
    expect(await code(await ask("/v1/read?source=constructor&stream=x"))).toEqual([404, "not-found"]);
    expect(await code(await ask("/v1/nothing"))).toEqual([404, "not-found"]);
    expect(await code(await ask("/v1/collections?where=5"))).toEqual([400, "options"]);
  });

  test("of a writer that sends another type, or more than allowed", async () => {
    const { ask } = await serving({ maxBody: 100 });
    const post = (type: string, body: string | Uint8Array<ArrayBuffer>) =>
      ask(`/v1/append?${temp}`, { method: "POST", headers: { "content-type": type }, body });
    expect(await code(await post("text/plain", "x"))).toEqual([400, "options"]);
    expect(await code(await post("application/vnd.apache.arrow.stream", new Uint8Array(101)))).toEqual([413, "limit"]);
    expect(await code(await post("application/vnd.apache.arrow.stream", new Uint8Array(50)))).toEqual([422, "format"]);
  });

  test("of more answers at a time than the server gives, until one ends", async () => {
    const { ask } = await serving({ maxAnswers: 1 });
    const first = await ask(`/v1/read?${temp}`);
    expect(await code(await ask(`/v1/read?${temp}`))).toEqual([502, "connection"]);
    await first.body?.cancel();
    const again = await ask(`/v1/read?${temp}`);
    expect(again.status).toBe(200);
    await again.arrayBuffer();
    expect((await ask(`/v1/read?${temp}`)).status).toBe(200);
  });

  test("hold no stack, cause nor foreign message", async () => {
    const { source } = await serving();
    const broken = { ...source, stream: () => Promise.reject(new Error("password hunter2 refused by /home/ada")) };
    const response = await createApp({ sources: { broken } }).request("/v1/stream?stream=x");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/hunter2|home|app\.test/);
  });
});

test("an abort reaches the archive within 50 ms", async () => {
  const archive = sampleArchive([], true);
  const source = await openConnector(lab, { archive, password: labPassword });
  const app = createApp({ sources: { lab: source } });
  const controller = new AbortController();
  const asked = app.request(new Request(`http://x/v1/read?${temp}`, { signal: controller.signal }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { signal } = archive.requests.at(-1)!;
  const started = performance.now();
  const reached = new Promise<number>((resolve) => signal?.addEventListener("abort", () => resolve(performance.now() - started)));
  controller.abort();
  expect(await reached).toBeLessThan(50);
  await asked;
});
