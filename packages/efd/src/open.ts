import { sondeError } from "@sonde/core";
import type { Call } from "@sonde/core/connector";
import { fs, type ObjectStore, s3 } from "@sonde/object-store";
import { createEfd, type Efd } from "./client.js";
import { pathFormat } from "./layout/path-format.js";
import { type EfdInput, type EfdOptions, efdOptions } from "./options.js";
import { createSession, type Session } from "./session.js";

/**
 * Opens an archive of topics in a bucket (`bucket`), in a folder (`path`) or in a store of one's own (`store`). Nothing is asked of it yet.
 * Rejects `options` for options that it does not know.
 *
 * @example
 * ```ts
 * await using archive = await openEfd({ bucket: "efd-sandbox.data", region: "us-east-1" });
 * const topic = await archive.topic("example-002-aggregated");
 * const table = await topic.read({ range: { start: "2020-08-07T22:00Z", end: "2020-08-07T23:00Z" }, fields: ["value1"] }).table();
 * ```
 */
export async function openEfd(options: EfdInput): Promise<Efd> {
  const parsed = efdOptions.safeParse(options);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    throw sondeError("options", `openEfd: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`, { issues });
  }
  return createEfd(openSession(parsed.data));
}

/** What the client and the driver share. `observe` is told of retries only; each call tells of its requests. */
export function openSession(options: EfdOptions, observe: Call["observe"] = () => {}): Session {
  const { prefix, lateness, duplicates, maskBelow, onDamaged, timeColumn, timeScale, pollInterval } = options;
  const base = prefix.replace(/^\/+|\/+$/g, "");
  return createSession({
    archive: { store: storeOf(options, observe), base: base === "" ? "" : `${base}/`, format: pathFormat(options.pathFormat), lateness },
    policy: { duplicates, maskBelow, onDamaged },
    time: { name: timeColumn, scale: timeScale },
    pollInterval,
  });
}

function storeOf(options: EfdOptions, observe: Call["observe"]): ObjectStore {
  const { bucket, path, store } = options;
  if (store !== undefined) return store;
  if (path !== undefined) return fs(path);
  if (bucket === undefined) throw sondeError("options", "name one of bucket, path and store", {});
  const { region, endpoint, profile, credentials, anonymous, pathStyle, fetch, headers, attempts, idleTimeout } = options;
  return s3({
    bucket,
    region,
    endpoint,
    profile,
    credentials,
    anonymous,
    pathStyle,
    fetch,
    headers,
    attempts,
    idleTimeout,
    observe: (event) => {
      if (event.kind === "retry") observe(event);
    },
  });
}
