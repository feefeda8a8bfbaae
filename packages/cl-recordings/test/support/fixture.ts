import { fileURLToPath } from "node:url";
import { openRecording, type Recording } from "../../src/index.js";

export const fixturePath = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
export const tutorialFile = "2024-12-19_15-20-34.893+10-00_recording.h5";

/** Opens a recording of the fixtures for as long as `work` takes. */
export async function withRecording<T>(name: string, work: (recording: Recording) => Promise<T>): Promise<T> {
  const recording = await openRecording(fixturePath(name));
  try {
    return await work(recording);
  } finally {
    await recording.close();
  }
}

/** The raw sample that the generator put at a frame. */
export const sampleAt = (frame: number, channel: number): number => ((frame * 7 + channel * 13) % 1000) - 500;

/** The cells of a column as one array. */
export function column(table: { getChild(name: string): unknown }, name: string): unknown[] {
  const vector = table.getChild(name) as { data: readonly { values: ArrayLike<unknown>; length: number }[] } | null;
  if (vector === null) throw new Error(`no column ${name}`);
  return vector.data.flatMap(({ values, length }) => Array.from(values).slice(0, length));
}
