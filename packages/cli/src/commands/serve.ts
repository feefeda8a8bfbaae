import { once } from "node:events";
import { basename } from "node:path";
import type { Source } from "@sonde/core";
import { Command, Option } from "commander";
import { isUrl } from "../address.js";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, failure } from "../exit.js";
import { printable, withoutSecrets } from "../output/text.js";
import { openSource, targetOf } from "../source.js";

type ServeOptions = CommonOptions & {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly allowRemote?: boolean;
};

/** `sonde serve`: sources over HTTP until Ctrl-C. */
export function serveCommand(surroundings: Surroundings): Command {
  const command = new Command("serve")
    .description(
      "Serve sources over HTTP as Arrow streams, for a browser, Python or another machine's sonde (sonde+http://…). Listens on this machine only, " +
        "and answers who knows the token. Without a source, all that are configured. Ends at Ctrl-C.",
    )
    .argument("[sources...]", "files, folders, aliases or addresses; NAME=SOURCE gives a name of your own")
    .addOption(new Option("--port <number>", "0 is any free one").argParser(portOf).default(4411))
    .option("--host <name>", "what to listen on", "127.0.0.1")
    .option("--token <text>", "what programs must send (better: SONDE_TOKEN, which no list of processes shows); made anew without")
    .option("--allow-remote", "other machines may reach it: with --host, and a token of your own")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sonde serve rec.h5\n  $ sonde serve run=rec.h5 plant --port 0\n  $ SONDE_TOKEN=… sonde serve plant --host 0.0.0.0 --allow-remote",
    );
  return withCommonOptions(command).action(async (texts: readonly string[], options: ServeOptions) => {
    const context = contextOf(surroundings, options);
    const names = await named(context, texts);
    const sources: { readonly name: string; readonly source: Source }[] = [];
    try {
      for (const [name, text] of names) sources.push({ name, source: (await openSource(context, text)).source });
      await serveUntilAborted(context, sources, options);
    } finally {
      for (const { source } of sources) await source.close();
    }
  });
}

async function serveUntilAborted(
  context: Context,
  sources: readonly { readonly name: string; readonly source: Source }[],
  { port, host, token, allowRemote }: ServeOptions,
): Promise<void> {
  const { environment, signal, out, json, style } = context;
  const { serve } = await import("@sonde/server/node");
  const server = await serve({
    // fromEntries keeps a source called `__proto__` as one.
    sources: Object.fromEntries(sources.map(({ name, source }) => [name, source])),
    port,
    host,
    allowRemote,
    token: token ?? (environment.SONDE_TOKEN || undefined),
  });
  try {
    const names = sources.map(({ name }) => name);
    if (json) {
      const { servedSchema } = await import("../schema.js");
      await out.write(
        `${JSON.stringify(servedSchema.parse({ origin: server.origin, url: server.url, token: server.token, sources: names }))}\n`,
      );
    } else {
      const facts: [string, string][] = [
        ["serving", names.map(printable).join(", ")],
        ["programs", `${server.origin}/v1 with the header  Authorization: Bearer ${server.token}`],
        ["browser", `${server.url}  (its code is good once)`],
        [
          "sonde",
          `sonde ls ${server.origin.replace(/^http/, "sonde+http")}/${encodeURIComponent(names[0] ?? "")}  with the token in an alias: sonde source add --help`,
        ],
      ];
      for (const [name, value] of facts) await out.write(`${style.dim(name.padEnd(8))}  ${value}\n`);
    }
    context.say("listening; Ctrl-C ends it");
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await server.close();
  }
}

/** Sources by the name that they get: an alias its own, a file its name. */
async function named(context: Context, texts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { sources } = await context.configuration();
  const names = new Map<string, string>();
  for (const text of texts.length === 0 ? sources.keys() : texts) {
    const [, given, rest = text] = /^([a-z][\w.-]*)=(.+)$/i.exec(text) ?? [];
    const target = await targetOf(context, rest);
    if (target.stream !== undefined) throw failure(exit.usage, `${withoutSecrets(rest)} names a stream: a whole source is served`);
    const name = given ?? (sources.has(target.source) || isUrl(target.source) ? nameOf(target.source) : basename(target.source));
    if (names.has(name)) throw failure(exit.usage, `two sources are called '${name}': write NAME=${withoutSecrets(rest)}`);
    names.set(name, target.source);
  }
  if (names.size === 0) throw failure(exit.usage, "serve what? Name a source, or configure one: sonde source add --help");
  return names;
}

/** An alias, or an address's scheme. */
function nameOf(source: string): string {
  return isUrl(source) ? source.slice(0, source.indexOf(":")) : source;
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw failure(exit.usage, `--port: '${printable(text)}' is no port: write a number from 0 to 65535`);
}
