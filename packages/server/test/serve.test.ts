import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { isSondeError, openConnector } from "@sonde/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lab, labPassword } from "../../testkit/test/lab/lab.js";
import { sampleArchive } from "../../testkit/test/lab/samples.js";
import { type RunningServer, serve } from "../src/node/index.js";

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };
type Asked = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

const archive = sampleArchive([]);
const sentinel = "SENTINEL-4711";
let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-serve-"));
  const assets = join(folder, "page");
  await import("node:fs/promises").then(({ mkdir }) => mkdir(assets));
  await writeFile(join(assets, "index.html"), "<!doctype html><title>page</title>");
  await writeFile(join(folder, "secret.txt"), sentinel);
  await symlink(join(folder, "secret.txt"), join(assets, "link.txt"));
  const source = await openConnector(lab, { archive, password: labPassword });
  server = await serve({ sources: { lab: source }, assets });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** As no `fetch` lets one: any path and any Host. */
function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const bearer = () => ({ authorization: `Bearer ${server.token}` });
const every = [
  "/",
  "/v1/health",
  "/v1/sources",
  "/v1/streams",
  "/v1/stream",
  "/v1/description",
  "/v1/collections",
  "/v1/read",
  "/v1/windows",
];
const further = ["/v1/view", "/v1/newest", "/v1/follow", "/v1/arrays", "/v1/objects", "/v1/object", "/v1/changes", "/nothing"];

describe("the server of one person's machine", () => {
  test("goes by its own names only, on every address", async () => {
    const { port } = new URL(server.origin);
    for (const path of [...every, ...further]) {
      for (const host of [
        "evil.example",
        `evil.example:${port}`,
        "127.0.0.1",
        `127.0.0.1:${port === "1" ? 2 : 1}`,
        `localhost.evil.example:${port}`,
        "0.0.0.0",
      ]) {
        expect((await ask(path, { headers: { ...bearer(), host } })).status, `${path} as ${host}`).toBe(403);
      }
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
      expect((await ask("/v1/sources", { headers: { ...bearer(), host } })).status, host).toBe(200);
    }
  });

  test("answers no page of another site, whatever it sends, and changes nothing for it", async () => {
    const before = archive.requests.length;
    const foreign: Record<string, string>[] = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: server.origin.replace("http:", "ftp:") },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      for (const path of ["/v1/append?stream=lab/2020/temp", "/v1/create", "/v1/annotate?stream=lab/2020/temp", "/session"]) {
        const answer = await ask(path, { method: "POST", headers: { ...bearer(), ...headers, "content-type": "text/plain" }, body: "{}" });
        expect(answer.status, JSON.stringify(headers)).toBe(403);
      }
      expect((await ask("/v1/streams", { headers: { ...bearer(), ...headers } })).status).toBe(403);
    }
    expect(archive.requests.length).toBe(before);
    // Nothing that has effects is asked by GET.
    for (const path of ["/v1/append", "/v1/create", "/v1/annotate", "/session"]) {
      expect((await ask(path, { headers: bearer() })).status, path).toBe(404);
    }
  });

  test("answers nobody without the token or a session, though no Origin is sent", async () => {
    for (const path of [...every, ...further].filter((one) => one.startsWith("/v1/") && one !== "/v1/health")) {
      for (const headers of [
        {},
        { authorization: "Bearer no" },
        { authorization: `Basic ${server.token}` },
        { "x-sonde-token": server.token },
      ]) {
        expect((await ask(path, { headers: headers as Record<string, string> })).status, path).toBe(401);
      }
    }
  });

  test("exchanges the printed code once, for a cookie that no script reads and a token that no form sends", async () => {
    expect(new URL(server.url).search).toBe("");
    const code = new URL(server.url).hash.replace("#code=", "");
    const exchange = (body: string, type = "application/json") =>
      ask("/session", { method: "POST", headers: { "content-type": type, origin: server.origin }, body });
    expect((await exchange(JSON.stringify({ code }), "text/plain")).status).toBe(415);
    expect((await exchange(JSON.stringify({ code: "guess" }))).status).toBe(401);
    const answer = await exchange(JSON.stringify({ code }));
    expect(answer.status).toBe(200);
    const [cookie = ""] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^sonde-session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    const { token } = JSON.parse(answer.text) as { token: string };
    const session = { cookie: cookie.split(";")[0] ?? "" };
    expect((await ask("/v1/sources", { headers: { ...session, "x-sonde-token": token } })).status).toBe(200);
    expect((await ask("/v1/sources", { headers: session })).status).toBe(401);
    expect((await ask("/v1/sources", { headers: { "x-sonde-token": token } })).status).toBe(401);
    expect((await exchange(JSON.stringify({ code }))).status).toBe(401);
    for (let times = 0; times < 10; times++) await exchange(JSON.stringify({ code: "guess" }));
    expect((await exchange(JSON.stringify({ code: "guess" }))).status).toBe(429);
  });

  test("tells a browser to run nothing but its own, to frame it nowhere and to pass no address on", async () => {
    for (const path of ["/", "/v1/health", "/nothing", "/v1/sources"]) {
      const { headers } = await ask(path);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
      });
      const policy = headers["content-security-policy"] ?? "";
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers.location).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  test("gives no file but those of the page, by any spelling of a path", async () => {
    expect((await ask("/")).text).toContain("<title>page</title>");
    const paths = [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/%2e%2e%2fsecret.txt",
      "/..\\secret.txt",
      "/..%5csecret.txt",
      "/page/../../secret.txt",
      `/${folder}/secret.txt`,
      `/%2f${folder.slice(1)}/secret.txt`,
      "/secret.txt%00.html",
      "/index.html%00",
      "/secret.txt?raw??",
      "/@fs/secret.txt",
      "/link.txt",
      "//server/share/secret.txt",
      "/.",
      "/index.html/..",
    ];
    for (const path of paths) {
      const { status, text } = await ask(path, { headers: bearer() });
      expect([200, 400, 404], path).toContain(status);
      if (status === 200) expect(text, path).toContain("<title>page</title>");
      expect(text, path).not.toContain(sentinel);
    }
    console.log(`paths that lead nowhere: ${paths.length} cases`);
  });

  test("opens no address that a question names", async () => {
    let visits = 0;
    const bait = createServer((socket) => {
      visits += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => bait.listen(0, "127.0.0.1", resolve));
    const { port } = bait.address() as { port: number };
    for (const target of [`http://127.0.0.1:${port}/`, "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"]) {
      for (const path of [
        "/v1/streams?source=",
        "/v1/stream?stream=",
        "/v1/read?source=lab&stream=",
        "/v1/object?stream=lab/2020/temp&key=",
      ]) {
        expect((await ask(path + encodeURIComponent(target), { headers: bearer() })).status).toBe(404);
      }
    }
    bait.close();
    expect(visits).toBe(0);
  });

  test("listens on this machine alone, and elsewhere only when told so with a token", async () => {
    const { port } = new URL(server.origin);
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === "IPv4" && !one.internal)?.address;
    if (outside !== undefined) await expect(fetch(`http://${outside}:${port}/v1/health`)).rejects.toThrow();
    for (const more of [{}, { allowRemote: true }, { token: "x" }]) {
      const refused = await serve({ sources: {}, host: "0.0.0.0", ...more }).catch((error: unknown) => error);
      expect(isSondeError(refused, "options")).toBe(true);
    }
    const open = await serve({ sources: {}, host: "0.0.0.0", allowRemote: true, token: "open-sesame" });
    expect(open.token).toBe("open-sesame");
    await open.close();
  });

  test("says which port is taken, and frees its own when it closes", async () => {
    const { port } = new URL(server.origin);
    const refused = await serve({ sources: {}, port: Number(port) }).catch((error: unknown) => error);
    expect(isSondeError(refused, "connection") && refused.message).toContain(`127.0.0.1:${port}: another program has it`);
    const first = await serve({ sources: {} });
    await first.close();
    const again = await serve({ sources: {}, port: Number(new URL(first.origin).port) });
    await again.close();
  });
});
