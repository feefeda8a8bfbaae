import type { Command } from "commander";
import type { Surroundings } from "./context.js";

/** A command before it is loaded: what `sonde --help` says of it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<(surroundings: Surroundings) => Command>;
}
