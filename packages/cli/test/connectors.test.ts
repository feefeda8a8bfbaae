import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtin } from "../src/connectors/builtin.js";
import { connectorIn, findPlugins } from "../src/connectors/plugins.js";
import { pluginSchema } from "../src/schema.js";
import { sonde, workspace } from "./support/command.js";

const place = workspace();

describe("the connectors of the command", () => {
  test.each(builtin.map((entry) => [entry.id, entry] as const))("say of %s what it says of itself", async (id, entry) => {
    const { address, ...connector } = await entry.load();
    expect(connector.id).toBe(id);
    expect(entry.schemes).toEqual(address?.schemes ?? []);
    expect(entry.extensions).toEqual(address?.extensions ?? []);
  });

  test("are loaded for their own addresses only", async () => {
    const loaded: string[] = [];
    const connectors = ["one", "two"].map((id) => ({
      id,
      package: id,
      schemes: [id],
      extensions: [],
      async load(): Promise<never> {
        loaded.push(id);
        throw new Error("it is broken");
      },
    }));
    const ran = await sonde(["ls", "two://host/x"], { connectors });
    expect(ran).toMatchObject({ code: 7, out: "", err: "sonde: the connector 'two' of two can't be loaded: it is broken\n" });
    expect(loaded).toEqual(["two"]);
    expect((await sonde(["ls", "three://host/x"], { connectors })).err).toContain("no connector takes 'three://host/x'");
    expect(loaded).toEqual(["two"]);
  });

  test("that are not installed are named with the command that installs them", async () => {
    const load = async () => {
      throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    };
    const ran = await sonde(["ls", "plant://host"], {
      connectors: [{ id: "plant", package: "@lab/plant", schemes: ["plant"], extensions: [], load }],
    });
    expect(ran.code).toBe(7);
    expect(ran.err).toContain("run `npm install @lab/plant`");
  });
});

/** A package that tells when it is imported. */
async function install(modules: string, name: string, manifest: object = {}): Promise<void> {
  const folder = join(modules, name);
  await mkdir(folder, { recursive: true });
  const said = { name, version: "1.2.3", type: "module", exports: "./index.js", keywords: ["sonde-connector"], ...manifest };
  await writeFile(join(folder, "package.json"), JSON.stringify(said));
  const connector = `{ contract: 1, id: "plant", options: { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } },
    address: { schemes: ["plant"], toOptions: () => ({}) },
    async connect() { return { client: null, info: {}, async *streams() {}, async stream() { throw new Error("none"); }, async close() {} }; } }`;
  await writeFile(
    join(folder, "index.js"),
    `(globalThis.imported ??= []).push(${JSON.stringify(name)});\nexport const plant = ${connector};\n`,
  );
}

describe("plug-ins", () => {
  const imported = () => (globalThis as { imported?: string[] }).imported ?? [];

  test("are those that the nearest package.json names; others are never imported", async () => {
    const folder = join(place.folder, "project");
    const modules = join(folder, "node_modules");
    await mkdir(join(folder, "deep"), { recursive: true });
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ dependencies: { "sonde-plant": "1", unrelated: "1", gone: "1", "../evil": "1" } }),
    );
    await install(modules, "sonde-plant", { sonde: { schemes: ["plant"], extensions: [".plant"] }, dependencies: { transitive: "1" } });
    await install(modules, "transitive", { sonde: { schemes: ["file", "plant", "evil"] } });
    await install(modules, "unrelated", { keywords: [] });
    const ran = await sonde(["plugin", "ls"], { folder: join(folder, "deep") });
    const listed = ran.out
      .trim()
      .split("\n")
      .map((line) => pluginSchema.parse(JSON.parse(line)));
    expect(listed.map((one) => [one.id, one.package, one.builtin, one.version])).toEqual([
      ["lab", "lab", true, undefined],
      ["plant", "sonde-plant", false, "1.2.3"],
    ]);
    expect(imported()).toEqual([]);
    await sonde(["ls", place.archive], { folder });
    expect(imported()).toEqual([]);
    expect(await sonde(["ls", "evil://host"], { folder })).toMatchObject({ code: 7 });
    expect(imported()).toEqual([]);
    expect(await sonde(["ls", "plant://host"], { folder })).toMatchObject({ code: 0, err: "" });
    expect(imported()).toEqual(["sonde-plant"]);
  });

  test("of a global folder without a package.json are those at its top", async () => {
    const own = join(place.folder, "global");
    await install(join(own, "node_modules"), "@lab/sonde-here");
    expect((await findPlugins(place.folder, own)).map((plugin) => plugin.package)).toEqual(["@lab/sonde-here"]);
    await writeFile(join(own, "node_modules", ".package-lock.json"), "{}");
    expect(await findPlugins(place.folder, own)).toEqual([]);
    await rm(own, { recursive: true });
  });

  test("say which of their exports is the connector, where there are several", () => {
    const connector = { contract: 1, id: "a", connect() {} };
    expect(connectorIn({ a: connector, again: connector, other: 1 }, undefined, "x")).toBe(connector);
    expect(connectorIn({ a: connector, b: { ...connector } }, "a", "x")).toBe(connector);
    expect(() => connectorIn({ a: connector, b: { ...connector } }, undefined, "x")).toThrow("exports several connectors");
    expect(() => connectorIn({}, undefined, "x")).toThrow("exports no connector");
  });
});
