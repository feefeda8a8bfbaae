import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../context.js";
import { exit, failure } from "../exit.js";

/** A value that the configuration names but does not hold. */
export type SecretReference =
  | { readonly env: string }
  /** The first line of a file; relative to the configuration's folder, `~/` to the person's own. */
  | { readonly file: string }
  /** The first line that a command prints. */
  | { readonly command: string }
  /** "service/account" in the system's keychain. */
  | { readonly keychain: string };

const kinds = ["env", "file", "command", "keychain"] as const;
export type SecretKind = (typeof kinds)[number];

/** The reference that a value of the configuration is, as its kind and what it names; undefined for any other value. */
export function referenceOf(value: unknown): { readonly kind: SecretKind; readonly name: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries: [string, unknown][] = Object.entries(value);
  const [[key, name] = ["", undefined]] = entries;
  const kind = kinds.find((one) => one === key);
  return entries.length === 1 && kind !== undefined && typeof name === "string" ? { kind, name } : undefined;
}

/** Whether an option of that name is likely a secret: literal ones are warned of, and none is printed. */
export function isSecretName(key: string): boolean {
  return /passw|secret|token|credential|(^|[a-z_-])key$|^key/i.test(key);
}

/** `env:NAME`, `file:PATH`, `command:LINE`, `keychain:SERVICE/ACCOUNT` as a person writes a reference on a command line. */
export function parseReference(text: string): SecretReference | undefined {
  const [, kind = "", name = ""] = /^(env|file|command|keychain):([\s\S]+)$/.exec(text) ?? [];
  switch (kind) {
    case "env":
      return { env: name };
    case "file":
      return { file: name };
    case "command":
      return { command: name };
    case "keychain":
      return { keychain: name };
    default:
      return undefined;
  }
}

export type SecretCall = {
  readonly environment: Environment;
  /** Of the configuration that holds the reference. */
  readonly folder: string;
  /** "plant.apiKey": for messages. */
  readonly what: string;
  readonly signal: AbortSignal;
};

/** Fetches a secret. No message holds it. */
export async function fetchSecret(value: unknown, call: SecretCall): Promise<string> {
  const reference = referenceOf(value);
  const secret = reference === undefined ? undefined : await fetched(reference, call);
  if (secret !== undefined && secret !== "") return secret;
  const place = reference === undefined ? "nothing" : `${reference.kind} ${reference.name}`;
  throw failure(exit.auth, `${call.what}: there is nothing in ${place}: set it, or name another place in the configuration`);
}

async function fetched(
  { kind, name }: { readonly kind: SecretKind; readonly name: string },
  { environment, folder, what, signal }: SecretCall,
): Promise<string | undefined> {
  switch (kind) {
    case "env":
      return environment[name];
    case "file": {
      const path = name.startsWith("~/") ? join(homedir(), name.slice(2)) : isAbsolute(name) ? name : resolve(folder, name);
      const text = await readFile(path, "utf8").catch((error: Error) => {
        throw failure(exit.auth, `${what}: can't read the file that holds it: ${error.message}`, error);
      });
      return firstLine(text);
    }
    case "command":
      return firstLine(await outputOf(name, what, signal));
    case "keychain":
      return inKeychain(name, what);
  }
}

function outputOf(line: string, what: string, signal: AbortSignal): Promise<string> {
  const [shell, flag] = process.platform === "win32" ? ["cmd.exe", "/c"] : ["/bin/sh", "-c"];
  return new Promise((resolve, reject) => {
    execFile(shell, [flag, line], { signal, timeout: 60_000, maxBuffer: 65_536, encoding: "utf8" }, (error, stdout) => {
      if (signal.aborted) reject(signal.reason);
      // What the command printed may be part of the secret: only how it ended is told.
      else if (error)
        reject(
          failure(exit.auth, `${what}: its command failed (${error.code ?? error.signal ?? "no exit code"}): run it by hand to see why`),
        );
      else resolve(stdout);
    });
  });
}

async function inKeychain(name: string, what: string): Promise<string | undefined> {
  const slash = name.lastIndexOf("/");
  if (slash <= 0) throw failure(exit.usage, `${what}: write keychain = "service/account", not '${name}'`);
  const { Entry } = await import("@napi-rs/keyring").catch((error: unknown) => {
    throw failure(exit.auth, `${what}: keychains are read by @napi-rs/keyring: run \`npm install @napi-rs/keyring\``, error);
  });
  try {
    return new Entry(name.slice(0, slash), name.slice(slash + 1)).getPassword() ?? undefined;
  } catch (error) {
    throw failure(exit.auth, `${what}: the keychain does not answer: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? "";
