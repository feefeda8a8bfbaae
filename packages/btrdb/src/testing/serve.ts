import { Command, InvalidArgumentError, Option } from "commander";
import { readKeyPair } from "./certificate.node.js";
import { startServer } from "./server.js";

type Flags = {
  readonly port?: number;
  readonly host: string;
  readonly arrow: boolean;
  readonly tls?: boolean | string;
  readonly apiKey?: string;
  readonly folder?: string;
};

/** The command line of `btrdb`. `serve` prints where it listens and ends when `signal` aborts. */
export function btrdbCommand(print: (line: string) => void, signal: AbortSignal): Command {
  const program = new Command("btrdb").description("a BTrDB server to run: version 5 of the service, points in memory");
  program
    .command("serve")
    .description("serve BTrDB until Ctrl-C")
    .option("--port <port>", "default 4410, with --tls 4411, as clients expect", portOf)
    .option("--host <host>", "0.0.0.0 to be reached from elsewhere", "127.0.0.1")
    .option("--arrow", "with the Arrow calls (the default)", true)
    .option("--no-arrow", "without the Arrow calls, as before 5.30")
    .option("--tls [cert.pem,key.pem]", "over TLS; without files by a certificate made now, whose text is printed")
    .addOption(new Option("--api-key <key>", "refuse calls without this key").env("BTRDB_API_KEY"))
    .option("--folder <folder>", "keep streams here from one start to the next")
    .action((flags: Flags) => serve(flags, print, signal));
  return program;
}

async function serve(flags: Flags, print: (line: string) => void, signal: AbortSignal): Promise<void> {
  const tls = typeof flags.tls === "string" ? await readKeyPair(flags.tls) : flags.tls;
  const server = await startServer({
    port: flags.port ?? (tls ? 4411 : 4410),
    host: flags.host,
    arrow: flags.arrow,
    ...(tls === undefined ? {} : { tls }),
    ...(flags.apiKey === undefined ? {} : { apiKey: flags.apiKey }),
    ...(flags.folder === undefined ? {} : { folder: flags.folder }),
  });
  print(`BTrDB at ${server.endpoint}${tls ? " over TLS" : ""}; Ctrl-C ends it`);
  if (flags.tls === true && server.certificate !== undefined) print(server.certificate);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await server.close();
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("a port is a number from 0 to 65535");
  return port;
}
