import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { commands } from "../src/commands.js";
import { sonde, workspace } from "./support/command.js";

const place = workspace();

describe("sonde", () => {
  test("alone prints a short help with three examples", async () => {
    const { code, out, err } = await sonde([]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/\$ sonde /g)).toHaveLength(3);
    expect(out.split("\n").length).toBeLessThan(32);
    for (const { name } of commands) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test("prints help and version on stdout, and ends with 0", async () => {
    expect(await sonde(["--version"])).toMatchObject({ code: 0, out: "0.0.0\n", err: "" });
    const help = await sonde(["read", "--help"]);
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toContain("Ranges are half open: start <= time < end.");
  });

  test.each([
    [["rec.h5"], "unknown command 'rec.h5': `sonde ls FILE` looks into a file"],
    [["read"], "missing required argument"],
    [["ls", "a", "b"], "too many arguments"],
    [["ls", ""], "the name of the file is empty"],
    [["ls", "a\0b"], "null character"],
  ])("says what is wrong with %j in one line, and ends with 2", async (args, message) => {
    const { code, out, err } = await sonde(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^sonde: [^\n]*\n$/);
    expect(err).toContain(message);
  });

  test.each([
    ["auth", 4],
    ["connection", 5],
    ["contract", 7],
    ["limit", 1],
    ["bug", 1],
  ])("ends a failure of kind %s with %i", async (kind, code) => {
    const ran = await sonde(["ls", `lab://host/${kind}`]);
    expect(ran).toMatchObject({ code, out: "" });
    expect(ran.err).toMatch(/^sonde: [^\n]*\n$/);
  });

  test("shows a stack trace only on request, and never a secret", async () => {
    const asked = await sonde(["ls", "lab://host/bug", "--debug"]);
    expect(asked.err).toMatch(/\n {4}at /);
    expect((await sonde(["ls", "lab://host/bug"], { environment: { SONDE_DEBUG: "1" } })).err).toMatch(/\n {4}at /);
    const plain = await sonde(["ls", "lab://host/bug"]);
    expect(plain.err).toBe("sonde: undefined is not a function at https://host/x?…\n");
    expect(asked.err + plain.err).not.toContain("hunter2");
    for (const address of ["lab://user:hunter2@host/x", "lab://user:hunter2@host/x:numbers", "lab://hunter2@host"]) {
      expect((await sonde(["info", address, "--debug"], { tty: "both" })).err).not.toContain("hunter2");
    }
  });

  test("ends an interrupted command with 130", async () => {
    const signal = AbortSignal.abort(new DOMException("stop", "AbortError"));
    expect(await sonde(["ls", place.archive], { signal })).toMatchObject({ code: 130, out: "", err: "sonde: interrupted\n" });
  });

  test("ends with 0 and without a word when the reader has seen enough", async () => {
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    expect(await sonde(["read", `${place.archive}:endless`, "--quiet"], { stdout })).toMatchObject({ code: 0, err: "" });
    const help = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })) });
    expect(await sonde([], { stdout: help })).toMatchObject({ code: 0, err: "" });
  });

  test("does not let a stream's name steer the terminal", async () => {
    const { err } = await sonde(["info", `${place.archive}:\u001b[2Jx\u0007`]);
    expect(err).toContain("\\u001b[2Jx\\u0007");
  });

  test.each([
    [{}, [], true],
    [{ NO_COLOR: "1" }, [], false],
    [{ NO_COLOR: "" }, [], true],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, [], false],
    [{ TERM: "dumb" }, [], false],
    [{ NO_COLOR: "1" }, ["--color", "always"], true],
    [{}, ["--color", "never"], false],
  ])("colours for a person under %j and %j: %s", async (environment, args, coloured) => {
    const { out } = await sonde(["head", `${place.archive}:numbers`, ...args], { tty: "stdout", environment });
    expect(out.includes("\u001b[1m")).toBe(coloured);
  });

  test("colours what is piped only when forced", async () => {
    const head = ["head", `${place.archive}:numbers`, "--format", "table"];
    expect((await sonde(head)).out).not.toContain("\u001b");
    expect((await sonde(head, { environment: { FORCE_COLOR: "1" } })).out).toContain("\u001b[1m");
    expect((await sonde(["head", `${place.archive}:numbers`], { environment: { FORCE_COLOR: "1" } })).out).not.toContain("\u001b");
  });
});
