import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The text of a file; undefined where there is no such file. Other failures reject as the system says them. */
export async function readText(path: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: "utf8", signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Where BTrDB's other clients look for profiles. */
export const credentialsPath = (): string => join(homedir(), ".predictivegrid", "credentials.yaml");
