import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sampleRecording } from "@sonde/cl-recordings/testing";

/** Recordings that we write, by what they hold: RecordingView must find in them what we find. */
export async function writeRecordings(folder) {
  const path = join(folder, "ours.h5");
  writeFileSync(path, await sampleRecording({ duration: "3s" }));
  return { "written by us": path };
}
