import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** A module of @sonde/btrdb as it is published, by way of the peers, which depend on it as the benches do on them. */
export const ofBtrdb = (subpath = "") =>
  import(pathToFileURL(createRequire(import.meta.resolve("@sonde-tooling/peers/list")).resolve(`@sonde/btrdb${subpath}`)).href);
