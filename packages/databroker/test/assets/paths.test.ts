import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assetContexts } from "../../src/assets/contexts.js";
import { openLocalFile } from "../../src/assets/local-file.node.js";
import { locate } from "../../src/assets/paths.js";
import type { Resource, StreamResource } from "../../src/event-model/documents.js";
import { never } from "./fixture.js";

const resource = (root: string, path: string, more: Partial<Resource> = {}): Resource => ({
  uid: "r",
  spec: "X",
  root,
  resource_path: path,
  resource_kwargs: {},
  ...more,
});
const stream = (uri: string): StreamResource => ({ uid: "s", data_key: "cam", mimetype: "x", uri, parameters: {} });
const map = { "/nsls2": "/mnt/data", "/nsls2/old": "/mnt/old", "C:\\data": "/mnt/windows", "0123abcd": "/packed/files" };

describe("where documents say that files are", () => {
  test.each([
    [resource("/nsls2", "a/b.h5"), "/mnt/data/a/b.h5"],
    [resource("/nsls2/", "a/b.h5"), "/mnt/data/a/b.h5"],
    [resource("/nsls2/old", "b.h5"), "/mnt/old/b.h5"],
    [resource("/nsls2/older", "b.h5"), "/mnt/data/older/b.h5"],
    [resource("/nsls2x", "b.h5"), "/nsls2x/b.h5"],
    [resource("/elsewhere", "/nsls2/b.h5"), "/mnt/data/b.h5"],
    [resource("", "/nsls2/b.h5"), "/mnt/data/b.h5"],
    [resource("0123abcd", "b.npy"), "/packed/files/b.npy"],
    [resource("C:\\data", "a\\b.h5", { path_semantics: "windows" }), "/mnt/windows/a/b.h5"],
    [resource("c:\\Data\\", "a\\b.h5", { path_semantics: "windows" }), "/mnt/windows/a/b.h5"],
    [resource("D:\\x", "C:/data/b.h5", { path_semantics: "windows" }), "/mnt/windows/b.h5"],
    [stream("file://localhost/nsls2/a%20b/"), "/mnt/data/a b/"],
    [stream("file:///nsls2/"), "/mnt/data/"],
    [stream("file:/nsls2/b.h5"), "/mnt/data/b.h5"],
    [stream("file:///C:/data/b.h5"), "/mnt/windows/b.h5"],
    [stream("https://files.example.org/b.h5"), "https://files.example.org/b.h5"],
  ])("%j is where the map says", (document, path) => {
    expect(locate(document, map).path).toBe(path);
  });

  test.each([
    resource("/nsls2", "../../etc/passwd"),
    resource("/nsls2/..", "etc/passwd"),
    resource("/nsls2", "a/../b.h5"),
    resource("/nsls2", "a\\..\\..\\b.h5"),
    resource("/nsls2", "a\0.h5"),
    resource("C:\\data", "C:b.h5", { path_semantics: "windows" }),
    stream("file://localhost/nsls2/%2e%2e/%2e%2e/etc/passwd"),
    stream("file://other-host/nsls2/b.h5"),
    stream("https://files.example.org/a/%2e%2e%2fb.h5"),
    stream("ftp://example.org/b.h5"),
    stream("data:text/plain,x"),
    stream("file:///%ff"),
  ])("%j is refused", (document) => {
    expect(() => locate(document, map)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("a root that only another catalog knows is named, with the line to write", () => {
    expect(() => locate(resource("ffff0000", "b.npy"), {})).toThrow(/add it to rootMap, as \{ "ffff0000"/);
  });
});

describe("files that documents name", () => {
  let top: string;
  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), "sonde-assets-"));
    for (const folder of ["allowed/deep", "secret"]) mkdirSync(join(top, folder), { recursive: true });
    writeFileSync(join(top, "allowed/a.bin"), "allowed");
    writeFileSync(join(top, "allowed/deep/b.bin"), "deep");
    writeFileSync(join(top, "secret/s.bin"), "secret");
    symlinkSync(join(top, "secret"), join(top, "allowed/link"));
    symlinkSync(join(top, "secret/s.bin"), join(top, "allowed/file-link.bin"));
    symlinkSync("deep/b.bin", join(top, "allowed/inner.bin"));
    symlinkSync(join(top, "allowed"), join(top, "root-link"));
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  const text = async (document: Resource | StreamResource, name?: string, options = {}) => {
    const context = assetContexts({ rootMap: { "/data": join(top, "allowed") }, ...options }, openLocalFile)(document, undefined);
    const source = await context.open(name, { signal: never });
    const bytes = await source.read({ start: 0, end: await source.size({ signal: never }) }, { signal: never });
    await source.close();
    return new TextDecoder().decode(bytes);
  };

  test("are opened below the folders that are allowed", async () => {
    expect(await text(resource("/data", "a.bin"))).toBe("allowed");
    expect(await text(resource("/data", "deep"), `${top}/allowed/deep/b.bin`)).toBe("deep");
    expect(await text(resource("/data", "deep/x.bin"), "b.bin")).toBe("deep");
    expect(await text(resource("/data", "inner.bin"))).toBe("deep");
    expect(await text(resource(join(top, "root-link"), "a.bin"), undefined, { roots: [join(top, "root-link")] })).toBe("allowed");
  });

  test.each([
    ["a linked folder", resource("/data", "link/s.bin"), undefined],
    ["a linked file", resource("/data", "file-link.bin"), undefined],
    ["a name that climbs", resource("/data", "a.bin"), "../secret/s.bin"],
    ["a folder that nobody allowed", resource("/etc", "passwd"), undefined],
    ["an absolute path", resource("/data", "/etc/passwd"), undefined],
    ["an absolute name", resource("/data", "a.bin"), "/etc/passwd"],
    ["a URL that nobody allowed", stream("http://127.0.0.1:1/x"), undefined],
  ])("%s is refused, its bytes unread", async (_, document, name) => {
    await expect(text(document, name)).rejects.toMatchObject({ code: "unsupported" });
  });

  test("whether a file outside is there is not told", async () => {
    const there = await text(resource("/etc", "passwd")).catch((error: Error) => error.message.replaceAll("passwd", ""));
    const gone = await text(resource("/etc", "no-such-file")).catch((error: Error) => error.message.replaceAll("no-such-file", ""));
    expect(there).toBe(gone);
  });

  test("a file that is gone names the document's path, the root and what it is mapped to", async () => {
    await expect(text(resource("/data", "gone.h5"))).rejects.toMatchObject({ code: "not-found" });
    await expect(text(resource("/data", "gone.h5"))).rejects.toThrow(
      /gone\.h5 \(the document says \/data \/ gone\.h5, where "\/data" is mapped to/,
    );
  });

  test("are read from a server where the map leads to one", async () => {
    const server = createServer((request, response) => {
      if (request.url !== "/files/a.bin") return response.writeHead(404).end();
      const body = Buffer.from("from a server");
      const [, start = "0", end = ""] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
      const piece = body.subarray(Number(start), end === "" ? undefined : Number(end) + 1);
      const range = `bytes ${start}-${Number(start) + piece.length - 1}/${body.length}`;
      response.writeHead(206, { "content-length": piece.length, "content-range": range, "accept-ranges": "bytes", etag: '"1"' });
      return response.end(request.method === "HEAD" ? undefined : piece);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
      expect(await text(resource("/beamline", "a.bin"), undefined, { rootMap: { "/beamline": url } })).toBe("from a server");
      await expect(text(resource("/beamline", "b.bin"), undefined, { rootMap: { "/beamline": url } })).rejects.toMatchObject({
        code: "not-found",
      });
      await expect(text(stream(`${url}/../other`), undefined, { rootMap: { "/x": url } })).rejects.toMatchObject({ code: "unsupported" });
      await expect(text(stream(`${url}x/a.bin`), undefined, { rootMap: { "/x": url } })).rejects.toMatchObject({ code: "unsupported" });
    } finally {
      server.close();
    }
  });
});
