// Runs in the browser: what it finds in the recording, from each kind of input, goes back to the suite.
import { clRecordings } from "@sonde/cl-recordings";
import { found } from "./found.mjs";

async function answer() {
  const bytes = new Uint8Array(await (await fetch("/recording.h5")).arrayBuffer());
  const inputs = { bytes, File: new File([bytes], "recording.h5"), URL: new URL("/recording.h5", location.href).href };
  const answers = {};
  for (const [name, path] of Object.entries(inputs)) {
    answers[name] = await found(clRecordings, path).catch((error) => `${error.code} ${error.message}`);
  }
  return { isolated: crossOriginIsolated, answers };
}

answer()
  .catch((error) => ({ error: String(error) }))
  .then((result) => fetch("/answer", { method: "POST", body: JSON.stringify(result) }));
