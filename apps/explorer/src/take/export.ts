import { sondeError } from "@sonde/core";
import type { Fetch } from "@sonde/core/bytes";
import type { Format } from "./shown.js";

/** Bytes in 1000 rows of a column or two, by format, as a guess before the start. */
const bytesARow: { readonly [format in Format]: number } = { parquet: 10, arrow: 8, csv: 22, ndjson: 40 };

/** About how large a file becomes; rows are known or counted before. */
export function estimatedBytes(rows: number, columns: number, format: Format): number {
  return Math.round(rows * (bytesARow[format] + (columns * bytesARow[format]) / 1.5));
}

/** Fetches a file piece by piece. Rejects with the server's error, with `signal.reason`, and `connection` where the answer breaks off. */
export async function fetchFile(
  fetch: Fetch,
  address: URL,
  {
    signal,
    onProgress,
    write,
  }: {
    readonly signal: AbortSignal;
    readonly onProgress: (bytes: number) => void;
    readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;
  },
): Promise<number> {
  const response = await fetch(address.href, { signal });
  if (!response.ok || response.body === null) throw await refusal(response);
  const reader = response.body.getReader();
  let bytes = 0;
  let done = false;
  try {
    for (;;) {
      const step = await reader.read();
      signal.throwIfAborted();
      if (step.done) {
        done = true;
        return bytes;
      }
      bytes += step.value.byteLength;
      // Bytes of an answer are in memory of their own.
      await write(step.value as Uint8Array<ArrayBuffer>);
      onProgress(bytes);
    }
  } finally {
    if (!done) reader.cancel().catch(() => {});
  }
}

async function refusal(response: Response): Promise<Error> {
  const problem: unknown = await response.json().catch(() => undefined);
  const detail =
    typeof problem === "object" && problem !== null && "detail" in problem ? String(problem.detail) : `status ${response.status}`;
  return sondeError("connection", detail, { status: response.status, retryable: response.status >= 500 });
}

/** `plant-spikes.parquet`: letters that every file system takes. */
export function fileName(source: string, stream: string, format: Format): string {
  const safe = `${source}-${stream}`
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|-+$/g, "")
    .slice(0, 100);
  return `${safe || "data"}.${format === "arrow" ? "arrows" : format}`;
}
