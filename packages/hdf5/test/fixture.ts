import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isSondeError, type SondeError } from "@sonde/core/bytes";
import { openHdf5 } from "../src/index.js";

/** Made by `tooling/fixtures/hdf5/make_fixtures.py`. */
export const fixture = (name: string): string => join(import.meta.dirname, "fixtures", name);
export const fixtureBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(name)));

/** A file that is closed however the test ends. */
export async function using<Result>(
  input: Parameters<typeof openHdf5>[0],
  use: (file: Awaited<ReturnType<typeof openHdf5>>) => Promise<Result>,
  options?: Parameters<typeof openHdf5>[1],
): Promise<Result> {
  const file = await openHdf5(input, options);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** What a promise rejected with: fails where it did not, or where the error is not one of Sonde's. */
export async function refusal(promise: Promise<unknown>): Promise<SondeError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && isSondeError(outcome.error)) return outcome.error;
  throw new Error(`expected a typed error, got ${String("error" in outcome ? outcome.error : outcome.value)}`, { cause: outcome });
}
