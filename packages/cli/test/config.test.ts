import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Connector, defineConnector } from "@sonde/core";
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { entryOf } from "../src/connectors/entry.js";
import { sourceSchema, testedSchema } from "../src/schema.js";
import { sonde, workspace } from "./support/command.js";
import { driver, lab } from "./support/lab.js";

const place = workspace();
const seen: unknown[] = [];
/** Keeps what it was opened with. */
const grid: Connector = defineConnector({
  id: "grid",
  options: z.strictObject({ host: z.string(), apiKey: z.string(), size: z.number().optional(), tls: z.boolean().optional() }),
  address: { schemes: ["grid"], toOptions: (url) => ({ host: url.host, apiKey: "" }) },
  async connect(options) {
    seen.push(options);
    return driver;
  },
});

let folder = "";
let count = 0;
beforeEach(async () => {
  folder = join(place.folder, `config-${count++}`);
  await mkdir(join(folder, "sonde"), { recursive: true });
  seen.length = 0;
});
const user = (text: string) => writeFile(join(folder, "sonde", "config.toml"), text);
const project = (text: string) => writeFile(join(folder, "sonde.toml"), text);
const run = (args: readonly string[], environment: object = {}, tty?: "both") =>
  sonde(args, {
    folder,
    environment: { NO_COLOR: "1", XDG_CONFIG_HOME: folder, ...environment },
    connectors: [entryOf(lab), entryOf(grid)],
    ...(tty === undefined ? {} : { tty }),
  });

describe("the configuration", () => {
  test("gives sources names, which go before a stream's", async () => {
    await user(`[sources.bench]\naddress = ${JSON.stringify(place.archive)}\n`);
    expect(await run(["head", "bench:numbers", "-n", "1", "--columns", "value"])).toMatchObject({
      code: 0,
      out: expect.stringContaining('"value":0'),
    });
    expect((await run(["ls", "bench"])).out).toContain("data/notes\n");
    expect((await run(["read", "bench:data/notes", "--format", "csv"])).code).toBe(0);
  });

  test("fetches secrets from where they are kept", async () => {
    await writeFile(join(folder, "sonde", "key"), "from file\nsecond line\n");
    const sources = { env: '{ env = "GRID" }', file: '{ file = "key" }', command: '{ command = "echo from command" }' };
    await user(
      Object.entries(sources)
        .map(([name, value]) => `[sources.by-${name}]\naddress = "grid://h:1"\napiKey = ${value}\n`)
        .join(""),
    );
    for (const name of Object.keys(sources))
      expect(await run(["ls", `by-${name}`], { GRID: "from env" })).toMatchObject({ code: 0, err: "" });
    expect(seen).toMatchObject([{ apiKey: "from env" }, { apiKey: "from file" }, { apiKey: "from command" }]);
  });

  test("says which secret is missing, and ends with 4", async () => {
    await user(
      '[sources.plant]\nconnector = "grid"\nhost = "h"\napiKey = { env = "NOT_THERE" }\n[sources.shell]\naddress = "grid://h"\napiKey = { command = "echo hunter2; exit 3" }\n',
    );
    expect(await run(["ls", "plant"])).toMatchObject({
      code: 4,
      err: "sonde: plant.apiKey: there is nothing in env NOT_THERE: set it, or name another place in the configuration\n",
    });
    const { code, err } = await run(["ls", "shell", "--debug"]);
    expect(code).toBe(4);
    expect(err).toContain("its command failed (3)");
    expect(err).not.toContain("hunter2\n");
  });

  test("takes a source whole from the project, which runs no command", async () => {
    await user('[sources.plant]\nconnector = "grid"\nhost = "mine"\napiKey = { env = "GRID" }\n');
    await project('[sources.plant]\nconnector = "grid"\nhost = "theirs"\n');
    // The person's key is not sent to the project's host.
    expect(await run(["ls", "plant"], { GRID: "secret" })).toMatchObject({ code: 2 });
    expect(seen).toEqual([]);
    await project(`[sources.plant]\nconnector = "grid"\nhost = "theirs"\napiKey = { command = "touch ${join(folder, "ran")}" }\n`);
    const ran = await run(["ls", "plant"], { GRID: "secret" });
    expect(ran.err).toContain("a command is run for the configuration of your own only");
    expect(seen).toMatchObject([{ host: "mine" }]);
    await expect(stat(join(folder, "ran"))).rejects.toThrow();
  });

  test("is overridden by the environment, key by key", async () => {
    await user('[sources.my-plant]\nconnector = "grid"\nhost = "h"\napiKey = { env = "GRID" }\nsize = 3\n');
    await run(["ls", "my-plant"], {
      SONDE_SOURCE_MY_PLANT_API_KEY: "12345",
      SONDE_SOURCE_MY_PLANT_SIZE: "7",
      SONDE_SOURCE_MY_PLANT_TLS: "true",
    });
    expect(seen).toEqual([{ host: "h", apiKey: "12345", size: 7, tls: true }]);
  });

  test("has profiles", async () => {
    await user(
      'profile = "lab"\n[sources.plant]\naddress = "grid://all"\n[profiles.lab.sources.plant]\naddress = "grid://lab"\n[profiles.site.sources.plant]\naddress = "grid://site"\n',
    );
    await run(["ls", "plant"]);
    await run(["ls", "plant", "--profile", "site"]);
    await run(["ls", "plant"], { SONDE_PROFILE: "site" });
    await run(["ls", "plant", "--profile", "none"]);
    expect(seen).toMatchObject(["lab", "site", "site", "all"].map((host) => ({ host })));
  });

  test.each([
    ["[sources", "is not TOML, line 1"],
    ["[sources.x]\naddress = 'a'", "'x' is no alias"],
    ["[sources.plant]\nhost = 'a'", "names neither a connector nor an address"],
    ["sources.plant = 1", "sources.plant is no table"],
  ])("%j is refused with 2", async (text, message) => {
    await user(text);
    const ran = await run(["ls", "plant"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(message);
  });

  test("warns of a secret that stands in it, and never prints one", async () => {
    await user(
      '[sources.plant]\naddress = "grid://user@h"\napiKey = "hunter2"\n[sources.other]\naddress = "grid://h"\ntoken = { command = "echo hunter2" }\n',
    );
    for (const tty of [undefined, "both"] as const) {
      const { code, out, err } = await run(["source", "ls"], {}, tty);
      expect(code).toBe(0);
      expect(err).toContain("plant.apiKey stands in");
      expect(out + err).not.toContain("hunter2");
      expect(out).toContain("********");
    }
  });

  test("keeps a key such as __proto__ as data", async () => {
    await user('[sources.plant]\naddress = "grid://h"\n"__proto__" = { polluted = true }\n');
    expect(await run(["ls", "plant"])).toMatchObject({ code: 2 });
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });
});

describe("sonde source", () => {
  const text = () => readFile(join(folder, "sonde", "config.toml"), "utf8");

  test("adds, lists, tests, prefers and forgets a source, and leaves the rest as it was", async () => {
    await user('# by hand\n[sources.kept]\naddress = "grid://h" # so\n');
    expect(await run(["source", "add", "bench", place.archive])).toMatchObject({ code: 0, out: "" });
    expect(await run(["source", "add", "far", "grid://far:1", "--set", "apiKey=env:GRID", "--set", "size=4"])).toMatchObject({ code: 0 });
    expect(await text()).toContain('[sources.far]\naddress = "grid://far:1"\napiKey = { env = "GRID" }\nsize = 4\n');
    expect((await stat(join(folder, "sonde", "config.toml"))).mode & 0o077).toBe(0);
    const listed = (await run(["source", "ls"])).out
      .trim()
      .split("\n")
      .map((line) => sourceSchema.parse(JSON.parse(line)));
    expect(listed.map(({ alias, options }) => [alias, options])).toEqual([
      ["kept", {}],
      ["bench", {}],
      ["far", { apiKey: "env:GRID", size: 4 }],
    ]);
    expect(await run(["source", "test", "bench"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^bench opens: lab, first stream numbers, \d+ ms\n$/),
    });
    const failed = await run(["source", "test", "far", "--json"]);
    expect(failed.code).toBe(4);
    expect(testedSchema.parse(JSON.parse(failed.out))).toMatchObject({ alias: "far", ok: false });
    expect(await run(["source", "set-default", "bench"])).toMatchObject({ code: 0 });
    expect((await run(["head", ":numbers", "-n", "1"])).out).toContain('"value":0');
    expect(await run(["source", "rm", "far"])).toMatchObject({ code: 0 });
    expect(await run(["source", "rm", "far"])).toMatchObject({ code: 3 });
    expect(await text()).toBe(
      `default = "bench"\n\n# by hand\n[sources.kept]\naddress = "grid://h" # so\n\n[sources.bench]\naddress = ${JSON.stringify(place.archive)}\n`,
    );
  });

  test.each([
    [["add", "x", "grid://h"], "is no alias"],
    [["add", "plant"], "Give an address"],
    [["add", "plant", "grid://user:hunter2@h"], "must not carry a password"],
    [["add", "plant", "grid://h", "--set", "apiKey=hunter2"], "apiKey is a secret"],
    [["add", "kept", "grid://h"], "say --replace"],
    [["set-default", "gone"], "there is no source 'gone'"],
  ])("refuses %j", async (args, message) => {
    await user('[sources.kept]\naddress = "grid://h"\n');
    const ran = await run(["source", ...args]);
    expect([2, 3]).toContain(ran.code);
    expect(ran.err).toContain(message);
    expect(ran.err).not.toContain("hunter2");
    expect(await text()).toBe('[sources.kept]\naddress = "grid://h"\n');
  });

  test("needs no configuration to list", async () => {
    expect(await run(["source", "ls"])).toMatchObject({ code: 0, out: "", err: "" });
    expect((await run(["ls"], {}, "both")).err).toContain("no sources are configured");
  });
});
