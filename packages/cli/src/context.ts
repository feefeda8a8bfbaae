import process from "node:process";
import type { Writable } from "node:stream";
import type { Observe } from "@sonde/core";
import { type Command, Option } from "commander";
import type { Configuration } from "./config/configuration.js";
import type { ConnectorEntry } from "./connectors/entry.js";
import { activityLine } from "./output/activity.js";
import { type ProgressLine, progressLine } from "./output/progress.js";
import { type Sink, sinkOf } from "./output/sink.js";
import { type ColourChoice, isColoured, type Style, styleOf } from "./output/style.js";
import { messageLine } from "./output/text.js";

/** Everything that a command has of the world: tests give their own. */
export interface Surroundings {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Asked in this order who takes an address, before any plug-in. */
  readonly connectors: readonly ConnectorEntry[];
  readonly signal: AbortSignal;
  /** Which of the two a person looks at. */
  readonly isTTY: { readonly stdout: boolean; readonly stderr: boolean };
  /** Characters of the terminal. */
  readonly width?: number | undefined;
  readonly environment?: Environment;
  /** Where `sonde.toml` and plug-ins are looked for; the working directory without. */
  readonly folder?: string;
}
export type Environment = { readonly [name: string]: string | undefined };

/** Options that every command takes. */
export type CommonOptions = {
  readonly json?: boolean;
  readonly color?: ColourChoice;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly profile?: string;
};

/** What a command works with: its surroundings under its options. */
export interface Context {
  readonly connectors: readonly ConnectorEntry[];
  readonly environment: Environment;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Every request, retry and push-down goes through here: `--verbose` prints them, a plan lists them. */
  readonly observe: Observe;
  /** What was observed so far. */
  readonly activity: readonly Activity[];
  /** The configured sources, read once. */
  configuration(): Promise<Configuration>;
  /** Data, and nothing else. */
  readonly out: Sink;
  /** Whether a person looks at the data. */
  readonly isTTY: boolean;
  readonly style: Style;
  /** Of the terminal; undefined where nobody looks. */
  readonly width: number | undefined;
  readonly json: boolean;
  /** A message on stderr; none under `--quiet`. */
  say(message: string): void;
  /** A failure that does not end the command. */
  warn(message: string): void;
  /** How far `work` is, on stderr, where it takes longer than a second and somebody watches. `prints`: it writes to stdout meanwhile. */
  progress<T>(task: { readonly what: string; readonly prints: boolean }, work: (line: ProgressLine) => Promise<T>): Promise<T>;
}

export type Activity = Parameters<Observe>[0];

/** Events that are kept for a plan; a read of a year must not pile them up. */
const mostKept = 10_000;

export function contextOf(surroundings: Surroundings, options: CommonOptions): Context {
  const { stdout, isTTY, environment = {}, connectors, signal, folder = process.cwd() } = surroundings;
  const complain = complainerOf(surroundings);
  let current: ProgressLine | undefined;
  const tell = (message: string) => {
    current?.clear();
    complain(message);
  };
  const activity: Activity[] = [];
  let configured: Promise<Configuration> | undefined;
  return {
    connectors,
    environment,
    folder,
    signal,
    activity,
    observe(event) {
      if (activity.length < mostKept) activity.push(event);
      if (options.verbose === true) tell(activityLine(event));
    },
    configuration() {
      configured ??= import("./config/configuration.js").then(({ readConfiguration }) =>
        readConfiguration({ environment, folder, profile: options.profile, warn: tell }),
      );
      return configured;
    },
    out: sinkOf(stdout),
    isTTY: isTTY.stdout,
    style: styleOf(isColoured(options.color, isTTY.stdout, environment)),
    width: isTTY.stdout ? (surroundings.width ?? 80) : undefined,
    json: options.json === true,
    say(message) {
      if (options.quiet !== true) tell(message);
    },
    warn: tell,
    async progress({ what, prints }, work) {
      // Rows on the same terminal are progress enough, and would run into the line.
      const watched = isTTY.stderr && options.quiet !== true && !(prints && isTTY.stdout);
      const line = progressLine(
        messageLine(what),
        watched ? (text) => void surroundings.stderr.write(text) : undefined,
        surroundings.width,
      );
      current = line;
      try {
        return await work(line);
      } finally {
        line.stop();
        current = undefined;
      }
    },
  };
}

/** Writes messages to stderr, a line each. Nobody there to read them is no failure. */
export function complainerOf({ stderr }: Surroundings): (message: string) => void {
  const sink = sinkOf(stderr);
  return (message) => void sink.write(`sonde: ${messageLine(message)}\n`).catch(() => {});
}

export function withCommonOptions(command: Command): Command {
  return command
    .option("--json", "print JSON; integers beyond 2^53 and nanoseconds as text")
    .addOption(new Option("--color <when>", "colour the output").choices(["auto", "always", "never"]))
    .option("-q, --quiet", "no messages on stderr but errors")
    .option("-v, --verbose", "each request, retry and push-down on stderr")
    .option("--profile <name>", "the sources of a profile in the configuration (also: SONDE_PROFILE)")
    .option("--debug", "errors with their stack trace (also: SONDE_DEBUG=1)");
}
