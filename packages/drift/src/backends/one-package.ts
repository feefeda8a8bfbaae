import { isSondeError, sondeError, whileFollowing } from "@sonde/core/bytes";
import { packageName } from "../package/key.js";
import type { LostPackage, PackageKey, StoredPackage } from "./types.js";

/**
 * One package of a walk. What goes wrong with it alone makes it lost; a wrong password or an abort ends the walk. One that takes longer
 * than `timeout` is lost too.
 */
export async function orLost(
  key: PackageKey,
  get: (call: { readonly signal: AbortSignal }) => Promise<Uint8Array>,
  { signal, timeout }: { readonly signal: AbortSignal; readonly timeout: bigint },
): Promise<StoredPackage | LostPackage> {
  const { topic, id } = key;
  const limit = new AbortController();
  const milliseconds = Number(timeout / 1_000_000n);
  const timer = setTimeout(
    () => {
      const target = packageName(key);
      const message = `package ${target} did not come within ${milliseconds} ms: the others are read on, raise \`timeout\` to wait longer`;
      limit.abort(sondeError("connection", message, { target, retryable: true }));
    },
    Math.min(milliseconds, 2 ** 31 - 1),
  );
  try {
    return { topic, id, bytes: await whileFollowing([signal, limit.signal], (own) => get({ signal: own })) };
  } catch (error) {
    signal.throwIfAborted();
    if (!isSondeError(error) || isSondeError(error, "auth") || isSondeError(error, "closed")) throw error;
    return { topic, id, error };
  } finally {
    clearTimeout(timer);
  }
}
