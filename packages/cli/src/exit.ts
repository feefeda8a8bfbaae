import type { SondeErrorCode } from "@sonde/core";
// Not of core itself: it brings Arrow along, which `sonde --help` has no use for.
import { isSondeError } from "@sonde/core/bytes";
import { CommanderError } from "commander";

/** How the command ends, for scripts: the numbers are part of its interface. */
export const exit = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  connection: 5,
  /** Damaged or partial data; what is whole was kept. */
  partial: 6,
  /** A connector is missing or made for another version of the contract. */
  plugin: 7,
  /** Ctrl-C: 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

const bySondeCode: Record<SondeErrorCode, ExitCode> = {
  options: exit.usage,
  contract: exit.plugin,
  connection: exit.connection,
  auth: exit.auth,
  "not-found": exit.notFound,
  unsupported: exit.failure,
  format: exit.partial,
  limit: exit.failure,
  overrun: exit.partial,
  closed: exit.failure,
};

const decided = Symbol("exit code");

/** An error whose exit code is known where it happens. */
export function failure(code: ExitCode, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { [decided]: code });
}

/** The one place that decides how the command ends after `error`. A reader who has seen enough (EPIPE) is a success. */
export function exitCodeOf(error: unknown, signal: AbortSignal): ExitCode {
  if (isBrokenPipe(error)) return exit.ok;
  if (signal.aborted) return exit.interrupted;
  if (!(error instanceof Error)) return exit.failure;
  if (decided in error) return error[decided] as ExitCode; // set by `failure` alone
  if (isSondeError(error)) return bySondeCode[error.code];
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
  if (error.name === "TimeoutError") return exit.connection;
  return "code" in error && error.code === "ENOENT" ? exit.notFound : exit.failure;
}

/** Whether whoever read our output is gone. */
function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
