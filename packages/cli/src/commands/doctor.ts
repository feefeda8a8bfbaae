import process from "node:process";
import { Command } from "commander";
import { folderOf } from "../config/configuration.js";
import { fetchSecret, referenceOf } from "../config/secret.js";
import { loadConnector } from "../connectors/resolve.js";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { type ExitCode, exit, exitCodeOf, failure } from "../exit.js";
import { counted, messageLine, printable, widthOf } from "../output/text.js";
import { allConnectors, resolveSource, withSource } from "../source.js";
import { version } from "../version.js";

type Finding = { readonly what: string; readonly state: "ok" | "warning" | "failure"; readonly text: string; readonly code?: ExitCode };

/** Clocks further apart make `now-5m` mean something else, and signatures of requests invalid. */
const mostSkew = 5_000;

/** `sonde doctor`: what keeps a source from opening, from the inside out. */
export function doctorCommand(surroundings: Surroundings): Command {
  const command = new Command("doctor")
    .description(
      "Look for what keeps things from working: Node, connectors against core's contract, the configuration, and of a source where its credentials are found, " +
        "whether it can be reached, and its clock. Prints no secret. Ends with the exit code of the first failure.",
    )
    .argument("[source]", "a file, a folder, an alias or an address")
    .addHelpText("after", "\nExamples:\n  $ sonde doctor\n  $ sonde doctor grid");
  return withCommonOptions(command).action(async (source: string | undefined, options: CommonOptions) => {
    const context = contextOf(surroundings, options);
    let failed: Finding | undefined;
    for await (const finding of findings(context, source)) {
      if (finding.state === "failure") failed ??= finding;
      await print(context, finding);
    }
    if (failed !== undefined) throw failure(failed.code ?? exit.failure, `${failed.what}: ${failed.text}`);
  });
}

async function* findings(context: Context, source: string | undefined): AsyncGenerator<Finding> {
  yield nodeFinding();
  yield { what: "sonde", state: "ok", text: version };
  const { configured, finding } = await configuration(context);
  yield finding;
  if (source === undefined) {
    yield* connectors(context);
    return;
  }
  let found = true;
  for await (const one of configured ? credentials(context, source) : []) {
    found &&= one.state !== "failure";
    yield one;
  }
  if (found) yield* reach(context, source);
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  return {
    what: "Node",
    state: fits ? "ok" : "failure",
    text: fits ? process.versions.node : `${process.versions.node} is too old: install 20.19 or later`,
  };
}

async function configuration(context: Context): Promise<{ readonly configured: boolean; readonly finding: Finding }> {
  try {
    const { files, sources } = await context.configuration();
    const text =
      files.length === 0 ? "none; sources are named by path or address" : `${counted(sources.size, "source")} in ${files.join(" and ")}`;
    return { configured: true, finding: { what: "configuration", state: "ok", text } };
  } catch (error) {
    return { configured: false, finding: failed("configuration", error, context) };
  }
}

/** Loads each one: `doctor` is asked to try them. */
async function* connectors(context: Context): AsyncGenerator<Finding> {
  const { CONTRACT } = await import("@sonde/core");
  for (const entry of await allConnectors(context)) {
    const what = `connector ${entry.id}`;
    try {
      const { contract } = await loadConnector(entry);
      const fits = contract === CONTRACT;
      const text = fits
        ? `${entry.package}, contract ${contract}`
        : `${entry.package} is made for contract ${contract}, core for ${CONTRACT}: update the older of the two`;
      yield { what, state: fits ? "ok" : "failure", text, code: exit.plugin };
    } catch (error) {
      yield failed(what, error, context);
    }
  }
}

/** Where each secret is, and whether there is something. */
async function* credentials(context: Context, alias: string): AsyncGenerator<Finding> {
  const configured = (await context.configuration()).sources.get(alias);
  if (configured === undefined) return;
  for (const [key, value] of Object.entries(configured.options)) {
    const reference = referenceOf(value);
    if (reference === undefined) continue;
    const what = `${alias}.${key}`;
    try {
      await fetchSecret(value, { environment: context.environment, folder: folderOf(configured), what, signal: context.signal });
      yield { what, state: "ok", text: `found by ${reference.kind}${reference.kind === "command" ? "" : ` ${reference.name}`}` };
    } catch (error) {
      yield failed(what, error, context);
    }
  }
}

async function* reach(context: Context, source: string): AsyncGenerator<Finding> {
  let resolved: Awaited<ReturnType<typeof resolveSource>>;
  try {
    resolved = await resolveSource(context, source);
    yield { what: "connector", state: "ok", text: `${resolved.connector.id}, contract ${resolved.connector.contract}` };
  } catch (error) {
    yield failed("connector", error, context);
    return;
  }
  yield* clock(context, resolved.input);
  const started = performance.now();
  try {
    const text = await withSource(context, { source }, async (open) => {
      const first = await open.source.streams({ signal: context.signal }).first();
      return `opens and lists in ${Math.round(performance.now() - started)} ms; ${first === undefined ? "it has no streams" : `first stream ${printable(first.id)}`}`;
    });
    yield { what: "source", state: "ok", text };
  } catch (error) {
    yield failed("source", error, context);
  }
}

/** By the `Date` that an HTTP endpoint among the options answers with; others do not tell. */
async function* clock({ signal }: Context, input: unknown): AsyncGenerator<Finding> {
  const endpoint = Object.values(typeof input === "object" && input !== null ? input : {}).find(
    (value) => typeof value === "string" && /^https?:\/\//.test(value),
  );
  if (typeof endpoint !== "string") return;
  const { origin } = new URL(endpoint);
  try {
    const before = Date.now();
    const answer = await fetch(origin, {
      method: "HEAD",
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      redirect: "manual",
    });
    const after = Date.now();
    const date = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(date)) return;
    // The header has whole seconds: its middle is meant.
    const skew = date + 500 - (before + after) / 2;
    const off = Math.abs(skew) > mostSkew;
    const text = off
      ? `${(skew / 1000).toFixed(1)} s apart from ${origin}: set this machine's clock, or the server's`
      : `within ${Math.ceil(Math.abs(skew) / 1000)} s of ${origin}`;
    yield { what: "clock", state: off ? "warning" : "ok", text };
  } catch (error) {
    signal.throwIfAborted();
    yield { what: "clock", state: "warning", text: `${origin} does not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function failed(what: string, error: unknown, { signal }: Context): Finding {
  signal.throwIfAborted();
  return {
    what,
    state: "failure",
    text: messageLine(error instanceof Error ? error.message : String(error)),
    code: exitCodeOf(error, signal),
  };
}

async function print({ out, json, style }: Context, { what, state, text }: Finding): Promise<void> {
  if (json) {
    await out.write(`${JSON.stringify({ what, state, text })}\n`);
    return;
  }
  const sign = { ok: "ok     ", warning: style.bold("warning"), failure: style.red("FAILED ") }[state];
  await out.write(`${sign}  ${style.dim(what)}${" ".repeat(Math.max(1, 26 - widthOf(what)))}${printable(text)}\n`);
}
