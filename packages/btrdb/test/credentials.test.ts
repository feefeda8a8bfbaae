import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveAccess } from "../src/credentials/resolve.js";
import { parseEndpoints } from "../src/transport/endpoint.js";

let folder = "";
let credentialsFile = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-btrdb-"));
  credentialsFile = join(folder, "credentials.yaml");
  await writeFile(
    credentialsFile,
    `research:
  name: "research"
  btrdb:
    endpoints: "research.example.com:4411"
    api_key: "research-key"
default:
  btrdb:
    endpoints: "btrdb.example.com:4411"
    api_key: 12345
broken:
  btrdb: { endpoints: 7, api_key: "secret-of-broken" }
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it resolved"),
    (error) => error,
  );
const targets = async (options: Parameters<typeof resolveAccess>[0], environment: NodeJS.ProcessEnv = {}) => {
  const { endpoints, apiKey } = await resolveAccess({ credentialsFile, ...options }, environment);
  return [endpoints.map(({ target }) => target).join(), apiKey];
};

test("reads endpoints of every form", () => {
  const forms = ["db.lab:4410", "[::1]:4411", "https://db.lab:8443/", "http://db.lab:8080", "btrdb://db.lab", "127.0.0.1:4411"];
  expect(forms.map((form) => parseEndpoints(form)[0])).toEqual([
    { host: "db.lab", port: 4410, tls: false, target: "db.lab:4410" },
    { host: "::1", port: 4411, tls: true, target: "[::1]:4411" },
    { host: "db.lab", port: 8443, tls: true, target: "db.lab:8443" },
    { host: "db.lab", port: 8080, tls: false, target: "db.lab:8080" },
    { host: "db.lab", port: 4411, tls: true, target: "db.lab:4411" },
    { host: "127.0.0.1", port: 4411, tls: true, target: "127.0.0.1:4411" },
  ]);
  expect(parseEndpoints("a:1, b:2", true).map(({ tls }) => tls)).toEqual([true, true]);
});

test("refuses what is no endpoint, and shows no password of it", () => {
  for (const text of ["", "db.lab", "127.0.0.1::4410", "a:1,,b:2", "db.lab:0", "db.lab:65536", "ftp://db.lab:1", "db.lab:4411/path?x"]) {
    expect(() => parseEndpoints(text), text).toThrow(/no endpoint/);
  }
  expect(() => parseEndpoints("http://user:geheim@db.lab:1")).toThrow(/^(?!.*geheim).*no endpoint/s);
  expect(() => parseEndpoints("https://db.lab:1", false)).toThrow(/contradicts/);
});

test("takes arguments before the environment, and that before the profile", async () => {
  const environment = { BTRDB_ENDPOINTS: "env.lab:4411,env2.lab:4411", BTRDB_API_KEY: "env-key" };
  expect(await targets({})).toEqual(["btrdb.example.com:4411", "12345"]);
  expect(await targets({}, environment)).toEqual(["env.lab:4411,env2.lab:4411", "env-key"]);
  expect(await targets({ endpoint: "given.lab:4411", apiKey: "given-key" }, environment)).toEqual(["given.lab:4411", "given-key"]);
  expect(await targets({ endpoint: "given.lab:4411" }, environment)).toEqual(["given.lab:4411", "env-key"]);
  expect(await targets({ apiKey: "given-key" })).toEqual(["btrdb.example.com:4411", "given-key"]);
  expect(await targets({}, { BTRDB_PROFILE: "research" })).toEqual(["research.example.com:4411", "research-key"]);
});

test("takes a named profile alone, whatever the environment says", async () => {
  const environment = { BTRDB_ENDPOINTS: "env.lab:4411", BTRDB_API_KEY: "env-key" };
  expect(await targets({ profile: "research" }, environment)).toEqual(["research.example.com:4411", "research-key"]);
  expect(await failure(targets({ profile: "research", endpoint: "x:4411" }))).toMatchObject({ code: "options" });
});

test("sends a profile's key to the profile's endpoints only", async () => {
  expect(await targets({ endpoint: "stranger.lab:4411" })).toEqual(["stranger.lab:4411", undefined]);
  expect(await targets({ endpoint: "btrdb.example.com:4411" })).toEqual(["btrdb.example.com:4411", "12345"]);
});

test("says which profiles there are, and none of their keys", async () => {
  const missing = await failure(targets({ profile: "nobody" }));
  expect(missing).toMatchObject({ code: "not-found", id: "nobody" });
  expect(missing.message).toContain("research, default, broken");
  expect(await failure(targets({ profile: "__proto__" }))).toMatchObject({ code: "not-found" });
  const broken = await failure(targets({ profile: "broken" }));
  expect(broken).toMatchObject({ code: "format" });
  expect(broken.message).not.toContain("secret-of-broken");
});

test("says what to do without any endpoint, and refuses a key that no header can carry", async () => {
  const nowhere = { credentialsFile: join(folder, "none.yaml") };
  expect((await failure(resolveAccess(nowhere, {}))).message).toContain("BTRDB_ENDPOINTS");
  const error = await failure(targets({ endpoint: "a:4411", apiKey: "two\nlines" }));
  expect(error.code).toBe("options");
  expect(error.message).not.toContain("lines\n");
});

test("refuses files that would grow, or are no YAML", async () => {
  const bomb = join(folder, "bomb.yaml");
  await writeFile(bomb, "a: &a [x, x]\nb: &b [*a, *a]\ndefault: [*b, *b]\n");
  expect(await failure(resolveAccess({ credentialsFile: bomb }, {}))).toMatchObject({ code: "format", key: bomb });
  await writeFile(bomb, "default: {{{ geheim");
  const error = await failure(resolveAccess({ credentialsFile: bomb }, {}));
  expect(error).toMatchObject({ code: "format" });
  expect(error.message).not.toContain("geheim");
});
