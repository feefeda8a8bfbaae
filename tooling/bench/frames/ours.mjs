import { openRecording } from "@sonde/cl-recordings";
import { openHdf5 } from "@sonde/hdf5";

const frames = 25_000;

function sum(values) {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k];
  return total;
}

export async function scan(path, size) {
  const file = await openHdf5(path);
  const dataset = await file.dataset("/samples");
  let total = 0;
  for (let second = 0; second < size; second++) {
    total += sum(await dataset.read({ rows: { start: second * frames, end: (second + 1) * frames } }));
  }
  await file.close();
  return total;
}

export async function samples(path, size) {
  const recording = await openRecording(path);
  let total = 0;
  for (let second = 0; second < size; second++) {
    const { values } = await recording.samples.read({ unit: "raw", from: second * frames, to: (second + 1) * frames });
    for (const channel of values) total += sum(channel);
  }
  await recording.close();
  return total;
}
