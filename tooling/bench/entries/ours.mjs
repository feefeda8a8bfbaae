import { openRecording } from "@sonde/cl-recordings";

export async function entries(path) {
  let count = 0;
  let total = 0;
  const recording = await openRecording(path);
  for await (const [tick, value] of recording.dataStreams.get("ball").entries()) {
    count += tick >= 0n ? 1 : 0;
    total += value.y + (value.spikes === undefined ? 0 : value.spikes.size);
  }
  await recording.close();
  return [count, total];
}
