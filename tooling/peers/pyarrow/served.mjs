import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clRecordings } from "@sonde/cl-recordings";
import { sampleRecording } from "@sonde/cl-recordings/testing";
import { serve } from "@sonde/server/node";
import { run } from "../lib/process.mjs";
import { interpreter } from "../lib/python.mjs";

/** The lines of Python that the server's README shows, run as they stand there. */
export async function readServed({ cases, scratch, folder }) {
  const readme = readFileSync(new URL("../../../packages/server/README.md", import.meta.url), "utf8");
  const [, script] = /```python\n([\s\S]*?)```/.exec(readme) ?? [];
  const file = join(scratch, "served.py");
  writeFileSync(file, script ?? "raise SystemExit('the README of the server shows no Python')");
  const recording = await clRecordings.open({ path: await sampleRecording() });
  const server = await serve({ sources: { recording } });
  try {
    for (const id of ["samples", "spikes", "stims"]) {
      const { numRows } = await (await recording.stream(id)).table({ last: "1s" });
      const read = async () => (await run(interpreter(folder), [file, server.origin, server.token, id])).stdout.trim();
      await cases.compare(`${id} read from a server by ten lines of Python`, read, `${numRows} timestamp[ns, tz=UTC]`);
    }
  } finally {
    await server.close();
    await recording.close();
  }
}
