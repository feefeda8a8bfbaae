import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { fixture, fixtureBytes, refusal, using } from "./fixture.js";

const sentinel = "SENTINEL";
/** Everything that a caller could see of a value, errors and their causes included. */
const seen = (value: unknown) =>
  inspect(value, { depth: 20, maxArrayLength: null, maxStringLength: null, showHidden: true }) +
  String.fromCharCode(...(value instanceof Uint8Array ? value : []));

describe("a file that names other files", () => {
  test("is one that could give the secret away, were it followed", () => {
    expect(readFileSync(fixture("secret.txt"), "latin1")).toContain(sentinel);
    expect(Buffer.from(fixtureBytes("outside.h5")).toString("latin1")).toContain("secret.txt");
  });

  for (const name of ["raw", "raw_absolute", "raw_descriptor", "raw_device", "virtual", "virtual_missing"]) {
    test(`${name}: is described, and every way of reading it refused`, () =>
      // By path, so that the other files lie beside it, in the folder that the process could read.
      using(fixture("outside.h5"), async (file) => {
        const dataset = await file.dataset(name);
        expect(dataset.refusal).toMatchObject({ code: "unsupported" });
        const attempts = [
          dataset.read(),
          dataset.bytes(),
          dataset.strings(),
          dataset.fields(),
          dataset.blocks()[Symbol.asyncIterator]().next(),
          dataset.read({ rows: { start: 0, end: 1 } }),
        ];
        for (const attempt of attempts) {
          const error = await refusal(attempt);
          expect(error.code).toBe("unsupported");
          expect(error.message).toContain(`/${name}`);
          expect(seen(error)).not.toContain(sentinel);
        }
      }));
  }

  test("lists its links and follows none", () =>
    using(fixture("outside.h5"), async (file) => {
      const links = (await file.children()).filter((child) => child.kind === "link");
      expect(links).toEqual([
        { name: "external_link", kind: "link", target: "secret.h5:/data" },
        { name: "external_self", kind: "link", target: "outside.h5:/inside" },
        { name: "soft", kind: "link", target: "/inside" },
        { name: "soft_dangling", kind: "link", target: "/nowhere" },
        { name: "soft_loop", kind: "link", target: "/soft_loop" },
      ]);
      for (const path of [...links.map(({ name }) => name), "group/up", "group/up/up", "external_link/x"]) {
        const error = await refusal(file.dataset(path));
        expect(error).toMatchObject({ code: "not-found" });
        expect(error.message).toContain("never followed");
      }
      expect(await refusal(file.attributes("soft"))).toMatchObject({ code: "not-found" });
      expect(await refusal(file.children("group/up"))).toMatchObject({ code: "not-found" });
      expect(await (await file.dataset("inside")).read()).toHaveLength(4);
    }));

  test("can't reach another file that is open at the same time, by descriptor or otherwise", () =>
    using(fixture("secret.h5"), (secret) =>
      using(fixture("outside.h5"), async (file) => {
        expect((await (await secret.dataset("data")).read()).length).toBe(44);
        const everything: unknown[] = [];
        for await (const node of file.walk()) {
          everything.push(node);
          if (node.kind !== "dataset") continue;
          const dataset = await file.dataset(node.path);
          everything.push(dataset, await dataset.bytes().catch((error: unknown) => error), await dataset.attributes());
        }
        expect(everything.map(seen).join("\n")).not.toContain(sentinel);
      }),
    ));

  test("whose external storage was renamed inside the file still reads nothing", async () => {
    // The same file with its names changed one by one: what HDF5 opens must be found by no name at all.
    for (const [from, to] of [
      ["secret.txt", "outside.h5"],
      ["/proc/self/fd/3", "/proc/self/fd/1"],
      ["/dev/urandom", "/dev/././null"],
    ] as const) {
      const bytes = fixtureBytes("outside.h5");
      const at = Buffer.from(bytes).indexOf(from);
      expect(at).toBeGreaterThan(0);
      bytes.set(Buffer.from(to.slice(0, from.length).padEnd(from.length, "\0")), at);
      await using(bytes, async (file) => {
        for (const name of ["raw", "raw_descriptor", "raw_device"])
          expect((await refusal((await file.dataset(name)).bytes())).code).toBe("unsupported");
      });
    }
  });
});
