import { cellOf, chunksOf, toNanos } from "@sonde/core";
import type { Table } from "@sonde/core/connector";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { memoryCatalog } from "../../src/catalog/open.js";
import { catalogOver } from "../../src/catalog/over.js";
import type { RunCatalog, RunQuery } from "../../src/catalog/types.js";
import { type TiledOptions, tiledBackend } from "../../src/tiled/backend.js";
import { apiKey, startFakeTiled } from "./fake-tiled.js";
import { cam, sampleDocuments } from "./runs.js";

const documents = sampleDocuments();
const scan = "aaaa0001-0000-4000-8000-000000000000";
const never = new AbortController().signal;

const rows = (table: Table) =>
  Object.fromEntries(
    table.schema.fields.map(({ name }) => [
      name,
      chunksOf(table, name).flatMap((data) => Array.from({ length: data.length }, (_, row) => plain(cellOf(data, row)))),
    ]),
  );
const plain = (cell: unknown): unknown => (ArrayBuffer.isView(cell) ? Array.from(cell as unknown as ArrayLike<unknown>) : cell);

const searches: readonly RunQuery[] = [
  { where: { plan_name: "scan" } },
  { where: { detectors: "det" } },
  { where: { detectors: ["det4", "det"] } },
  { where: { user: "Ada", scan_id: { $gte: 1, $lt: 3 } } },
  { where: { "sample.name": "NaCl" } },
  { where: { $or: [{ user: "Dan" }, { user: "Ada" }] } },
  { where: { purpose: { $in: ["p1", "p2"] }, scan_id: { $in: [1, 2] } } },
  { where: { purpose: { $exists: false } } },
  { where: { purpose: { $exists: true } }, until: toNanos("2020-09-13T12:26:50Z") },
  { where: { num_points: 4 } },
  { where: { num_points: { $gt: 3.5 } } },
  { where: { purpose: { $regex: "^p[12]$" } } },
  { where: { $and: [{ user: "Many" }, { plan_name: "scan" }] } },
  { since: toNanos(1_600_000_010_000_000_000n), until: toNanos(1_600_000_020_000_000_000n) },
  { since: toNanos(1_700_000_100_000_000_000n) },
  { until: toNanos(1_700_000_100_000_000_000n), text: "nacl" },
  { text: "Dan" },
];

describe.each(["sql", "mongo"] as const)("a Tiled server, tree of %s", (dialect) => {
  let server: Awaited<ReturnType<typeof startFakeTiled>>;
  let catalog: RunCatalog;
  const memory = memoryCatalog(documents);
  const open = (more: Partial<TiledOptions> = {}) => catalogOver(tiledBackend({ url: server.url, apiKey, attempts: 2, ...more }));

  beforeAll(async () => {
    const folder = dialect === "sql" ? "primary" : "primary/data";
    server = await startFakeTiled({ dialect, arrays: { [`${scan}/${folder}/cam`]: cam } });
    for (const pair of documents) server.add(pair);
    catalog = open();
  });
  afterAll(() => server.close());
  afterEach(() => server.setFault(undefined));

  test("lists runs newest first, equal times too, over pages whose links forget the order", async () => {
    const uids = (await catalog.toArray()).map(({ uid }) => uid);
    expect(uids).toEqual((await memory.toArray()).map(({ uid }) => uid));
    expect(uids).toHaveLength(419);
  });

  test("every page carries filters and order again, and none goes to another host", async () => {
    server.requests.length = 0;
    await catalog.search({ where: { user: "Many", plan_name: "scan" } }).toArray();
    const pages = server.requests.filter(({ path }) => path.endsWith("/search/"));
    expect(pages.length).toBeGreaterThan(1);
    for (const { query } of pages) {
      expect([...query.keys()].filter((name) => name.startsWith("filter")).length).toBeGreaterThan(0);
      expect(query.get("sort")).toMatch(/time$/);
    }
  });

  test("asks for one run where one is wanted", async () => {
    server.requests.length = 0;
    expect((await catalog.run(-1)).uid).toBe((await memory.run(-1)).uid);
    const [page] = server.requests.filter(({ path }) => path.endsWith("/search/"));
    expect(Number(page?.query.get("page[limit]"))).toBeLessThanOrEqual(2);
  });

  test.each(
    searches.map((query) => [JSON.stringify(query, (_, value) => (typeof value === "bigint" ? `${value}` : value)), query] as const),
  )("answers %s as files do", async (_, query) => {
    const expected = (await memory.search(query).toArray()).map(({ uid }) => uid);
    expect((await catalog.search(query).toArray()).map(({ uid }) => uid)).toEqual(expected);
  });

  test("looks runs up as files do", async () => {
    for (const key of [-1, -3, 3, 0, "aaaa0003", "cccc0009", scan, "bbbb0100-0000"]) {
      expect((await catalog.run(key)).uid, String(key)).toBe((await memory.run(key)).uid);
    }
    await expect(catalog.run("aaaa")).rejects.toMatchObject({ code: "options" });
    await expect(catalog.run("zzzz")).rejects.toMatchObject({ code: "not-found" });
    await expect(catalog.run(999)).rejects.toMatchObject({ code: "not-found" });
    expect((await catalog.slice(-5)).map(({ uid }) => uid)).toEqual((await memory.slice(-5)).map(({ uid }) => uid));
    expect((await catalog.recent(3)).map(({ uid }) => uid)).toEqual((await memory.recent(3)).map(({ uid }) => uid));
  });

  test("counts, and counts values, as files do", async () => {
    expect(await catalog.count()).toBe(await memory.count());
    const byValue = (facets: readonly { readonly value: unknown; readonly count: number }[]) =>
      new Map(facets.map(({ value, count }) => [value, count]));
    for (const path of ["plan_name", "detectors"]) expect(byValue(await catalog.facets(path))).toEqual(byValue(await memory.facets(path)));
  });

  test("a run's streams, devices, configuration and tables are those of its documents", async () => {
    const [ours, theirs] = await Promise.all([catalog.run(scan), memory.run(scan)]);
    expect(await ours.streams()).toEqual(await theirs.streams());
    expect(await ours.devices()).toEqual(await theirs.devices());
    expect([...(await ours.configuration("det"))].map(([stream, list]) => [stream, list.map(({ data }) => data)])).toEqual(
      [...(await theirs.configuration("det"))].map(([stream, list]) => [stream, list.map(({ data }) => data)]),
    );
    for (const stream of ["primary", "baseline"]) {
      for (const columns of [undefined, ["det"]]) {
        const options = { stream, ...(columns !== undefined && { columns }) };
        const [a, b] = [rows(await ours.table(options)), rows(await theirs.table(options))];
        // A server keeps no column for what lies outside of the events.
        delete a.cam;
        delete b.cam;
        expect(a).toEqual(b);
      }
    }
  });

  test("events have data, timestamps and the descriptor of their time", async () => {
    const [ours, theirs] = await Promise.all([catalog.run(scan), memory.run(scan)]);
    const shown = async (run: typeof ours) =>
      (await run.events().toArray()).map(({ seqNum, time, descriptor, data, timestamps }) => ({
        seqNum,
        time,
        descriptor,
        data,
        timestamps,
      }));
    expect(await shown(ours)).toEqual(await shown(theirs));
  });

  test("images come frame by frame out of the server's array", async () => {
    const images = (await catalog.run(scan)).images("cam");
    const values = new Uint16Array(cam.bytes.buffer);
    expect(await images.length()).toBe(8);
    expect(await images.shape()).toEqual([5, 7]);
    expect(Array.from((await images.at(5)).data as Uint16Array)).toEqual(Array.from(values.subarray(5 * 35, 6 * 35)));
    expect(await images.slice(6).toArray()).toHaveLength(2);
  });

  test("a server that stumbles is asked again, one that stays down is a typed error, and the next call works", async () => {
    let failures = 1;
    server.setFault((_, response) => {
      if (failures-- <= 0) return false;
      response.writeHead(500, { "content-type": "application/json" }).end('{"detail": "oops"}');
      return true;
    });
    expect((await open().run(-1)).uid).toBe((await memory.run(-1)).uid);
    server.setFault((_, response) => {
      response.writeHead(500).end();
      return true;
    });
    await expect(open().run(-1)).rejects.toMatchObject({ code: "connection", status: 500, retryable: true });
    server.setFault(undefined);
    expect((await catalog.run(-1)).uid).toBe((await memory.run(-1)).uid);
  });

  test("a socket that drops in the middle of an answer is a typed error, and what else there is can be read", async () => {
    const run = await catalog.run(scan);
    server.setFault((request, response) => {
      if (!/table|documents/.test(request.url ?? "")) return false;
      response.writeHead(200, { "content-length": 100_000 });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
      return true;
    });
    await expect(run.table()).rejects.toMatchObject({ code: "connection" });
    expect(await run.streams()).toEqual(["primary", "baseline"]);
    expect(run.start.user).toBe("Ada");
  });

  test("a wrong key and a missing one are auth errors that do not show it", async () => {
    for (const key of ["wrong secret", undefined]) {
      const refused = open({ apiKey: key }).run(-1);
      await expect(refused).rejects.toMatchObject({ code: "auth", status: 401 });
      await refused.catch((error: Error) => expect(JSON.stringify([error.message, error])).not.toContain("wrong secret"));
    }
  });

  test("the key is in no URL, and does not follow a redirect to another host", async () => {
    for (const { path, query } of server.requests) expect(`${path}?${query}`).not.toContain(encodeURIComponent(apiKey));
    const other = await startFakeTiled({ dialect });
    try {
      server.setFault((request, response) => {
        response.writeHead(307, { location: `${other.url}${request.url}` }).end();
        return true;
      });
      await expect(open().run(-1)).rejects.toMatchObject({ code: "auth" });
      expect(other.requests.length).toBeGreaterThan(0);
      for (const { headers } of other.requests) expect(headers.authorization).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  test.each([
    ["what is no JSON", "<html>", "format"],
    ["JSON of another kind", '{"hello": 1}', "format"],
    ["a list", "[]", "format"],
  ])("%s is a typed error", async (_, body, code) => {
    server.setFault((_request, response) => {
      response.writeHead(200).end(body);
      return true;
    });
    await expect(open().run(-1)).rejects.toMatchObject({ code });
  });

  test("an abort ends the waiting with its reason", async () => {
    server.setFault(() => true);
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 30);
    await expect(open().run(-1, { signal: controller.signal })).rejects.toBe(reason);
  });

  test("an answer with too few bytes for its shape is refused", async () => {
    const backend = tiledBackend({ url: server.url, apiKey, attempts: 1 });
    const frames = await backend.frames?.(scan, { stream: "primary", field: "cam" }, { signal: never });
    server.setFault((request, response) => {
      if (!request.url?.includes("/array/full")) return false;
      response.writeHead(200).end(Buffer.alloc(7));
      return true;
    });
    await expect(frames?.read(0, 2, { signal: never })).rejects.toMatchObject({ code: "format" });
  });
});

describe("the address of a server", () => {
  test("an API key in it is refused, and not shown", () => {
    expect(() => tiledBackend({ url: "http://127.0.0.1:1/?api_key=hidden" })).toThrow(expect.objectContaining({ code: "options" }));
    expect(() => tiledBackend({ url: "http://127.0.0.1:1/?api_key=hidden" })).not.toThrow(/hidden/);
  });

  test.each([
    ["http://h:1", undefined, "http://h:1/api/v1"],
    ["http://h:1/api/v1/", "a/b", "http://h:1/api/v1/metadata/a/b"],
    ["http://h:1/api/v1/metadata/a/b%20c", undefined, "http://h:1/api/v1/metadata/a/b c"],
    ["https://h/tiled/ui/browse/raw", ["x"], "https://h/tiled/api/v1/metadata/raw/x"],
  ])("%s with %j is %s", (url, path, name) => {
    expect(tiledBackend({ url, path }).name).toBe(name);
  });
});
