import { limitError, sondeError } from "@sonde/core/bytes";

/**
 * The lines of a body as text, each as soon as it is whole; empty ones are left out. Held is one line, of at most `maxBytes`.
 * Leaving the loop cancels the body.
 */
export async function* linesOf(response: Response, maxBytes: number, what: string): AsyncGenerator<string, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let pieces: Uint8Array[] = [];
  let held = 0;
  const hold = (piece: Uint8Array) => {
    held += piece.byteLength;
    if (held > maxBytes) throw limitError("maxBytes", held, maxBytes, `one piece of ${what}`);
    pieces.push(piece);
  };
  const take = (): string => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    try {
      const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join("") + decoder.decode();
      pieces = [];
      held = 0;
      return text.trim();
    } catch {
      throw sondeError("format", `${what} is not UTF-8 text: is this the address of an InfluxDB?`, {});
    }
  };
  let ended = false;
  try {
    for (;;) {
      const step = await reader.read();
      if (step.done) break;
      let from = 0;
      for (let end = step.value.indexOf(10); end >= 0; end = step.value.indexOf(10, from)) {
        hold(step.value.subarray(from, end));
        from = end + 1;
        const line = take();
        if (line !== "") yield line;
      }
      hold(step.value.subarray(from));
    }
    ended = true;
    const line = take();
    if (line !== "") yield line;
  } finally {
    if (!ended) reader.cancel().catch(() => {});
  }
}
