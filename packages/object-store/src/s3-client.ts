import { raceAbort } from "@sonde/core/bytes";
import { platform } from "#platform";
import { type Credentials, foundCredentials, type Keyring, keyring } from "./credentials.js";
import { encodeText } from "./key.js";
import { isExpired, readRefusal, refusalError } from "./refusal.js";
import type { S3Options } from "./s3-options.js";
import { bucketUrl, s3Settings } from "./s3-settings.js";
import { type Exchange, exchange, type Outgoing, signalOf } from "./transport.js";

/** A request to a bucket. */
type Question<T> = Omit<Outgoing, "url"> &
  Pick<Exchange<T>, "target" | "accept" | "read"> & {
    /** Below the bucket, encoded. */
    readonly path: string;
    readonly query?: readonly (readonly [name: string, value: string])[];
  };

type Ready = { readonly base: URL; readonly region: string; readonly keys: Keyring | undefined };

/** Asks a bucket's server: finds out where it is and with which credentials at the first request, and signs each. */
export function s3Client(options: S3Options) {
  const { bucket, credentials } = options;
  const sign = platform.createSigner();
  let ready: Promise<Ready> | undefined;

  const prepare = async (): Promise<Ready> => {
    const settings = await s3Settings(options, signalOf({}));
    const { region } = settings;
    const found = () => foundCredentials({ profile: options.profile, region });
    const provider = typeof credentials === "object" ? async () => credentials : (credentials ?? found());
    return { base: bucketUrl(bucket, settings, options.pathStyle), region, keys: options.anonymous ? undefined : keyring(provider) };
  };

  const getReady = (signal: AbortSignal) => {
    // All calls wait for the same preparation, which therefore ends with none of them.
    ready ??= prepare().catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return raceAbort(ready, signal);
  };

  return async <T>(question: Question<T>, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted();
    const { path, query = [], target, accept, read, ...outgoing } = question;
    const { base, region, keys } = await getReady(signal);
    const url = new URL(base.href + path);
    if (query.length > 0) url.search = query.map(([name, value]) => `${name}=${encodeText(value)}`).join("&");
    let used: Credentials | undefined;
    let expired = false;
    const once = () =>
      exchange<T>(
        {
          target,
          accept,
          read,
          async prepare(own) {
            const plain: Outgoing = { ...outgoing, url, headers: { ...options.headers, ...outgoing.headers } };
            if (keys === undefined) return plain;
            used = await keys.current(own);
            return sign(plain, used, region);
          },
          async refuse(response, own) {
            const refusal = await readRefusal(response, own);
            // The answer to HEAD has no body to say why; expired credentials are a 400.
            expired = isExpired(refusal) || (outgoing.method === "HEAD" && response.status === 400);
            return refusalError(response, refusal, { target, bucket, region });
          },
        },
        options,
        signal,
      );
    try {
      return await once();
    } catch (error) {
      // Those that were given as they are can't be had anew.
      if (!expired || used === undefined || keys === undefined || typeof credentials === "object") throw error;
      keys.drop(used);
      return await once();
    }
  };
}
