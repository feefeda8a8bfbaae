import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { commands } from "../src/commands.js";
import { findingSchema } from "../src/schema.js";
import { sonde, workspace } from "./support/command.js";

const place = workspace();

describe("sonde doctor", () => {
  test("tells of Node, the connectors and a source that opens", async () => {
    const all = await sonde(["doctor"]);
    expect(all).toMatchObject({ code: 0, err: "" });
    expect(all.out).toMatch(/^ok {7}connector lab +lab, contract 1$/m);
    const one = await sonde(["doctor", place.archive, "--json"]);
    const found = one.out
      .trim()
      .split("\n")
      .map((line) => findingSchema.parse(JSON.parse(line)));
    expect(found.map(({ what, state }) => [what, state])).toEqual(
      ["Node", "sonde", "configuration", "connector", "source"].map((what) => [what, "ok"]),
    );
  });

  test.each([
    ["auth", 4],
    ["connection", 5],
    ["contract", 7],
  ])("ends a failure of kind %s with %i, and prints no secret", async (kind, code) => {
    const ran = await sonde(["doctor", `lab://host/${kind}?key=hunter2`]);
    expect(ran.code).toBe(code);
    expect(ran.out).toMatch(/^FAILED {3}source /m);
    expect(ran.out + ran.err).not.toContain("hunter2");
  });
});

describe("sonde completion", () => {
  test.each(["bash", "zsh", "fish", "pwsh"])("knows every command and its options for %s", async (shell) => {
    const { code, out } = await sonde(["completion", shell]);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(name);
    expect(out).toMatch(/set-default/);
    expect(out).toMatch(/dry-run/);
  });

  test.skipIf(process.platform === "win32")("completes in bash what stands after what", async () => {
    const script = join(place.folder, "completion.bash");
    await writeFile(script, (await sonde(["completion", "bash"])).out);
    const complete = async (...words: string[]) => {
      const line = `sonde() { :; }; source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _sonde; echo "\${COMPREPLY[@]}"`;
      return (await promisify(execFile)("bash", ["-c", line])).stdout.trim().split(" ");
    };
    expect(await complete("sonde", "pl")).toEqual(["plot", "plugin"]);
    expect(await complete("sonde", "source", "set")).toEqual(["set-default"]);
    expect(await complete("sonde", "plot", "--ki")).toEqual(["--kind"]);
    expect(await complete("sonde", "plot", "--kind", "ba")).toEqual(["band", "bars"]);
    expect(await complete("sonde", "completion", "z")).toContain("zsh");
  });
});

test("what every command says of itself is written down in COMMANDS.md", async () => {
  let text = "# Commands\n\nWhat `sonde --help` and `sonde COMMAND --help` say.\n";
  const add = async (...words: string[]) => {
    const { out } = await sonde([...words, "--help"], { connectors: [], width: 120 });
    text += `\n## sonde ${words.join(" ")}`.trimEnd() + `\n\n\`\`\`text\n${out.trimEnd()}\n\`\`\`\n`;
  };
  await add();
  for (const { name } of commands) await add(name);
  for (const name of ["ls", "add", "rm", "test", "set-default"]) await add("source", name);
  await add("plugin", "ls");
  await expect(text).toMatchFileSnapshot("../COMMANDS.md");
});

test("--verbose tells of each request on stderr", async () => {
  const { out, err } = await sonde(["ls", place.archive, "-v"]);
  expect(out).toContain("numbers\n");
  expect(err).toMatch(/^sonde: close: lab$/m);
});
