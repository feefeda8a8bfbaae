import { openRecording } from "@sonde/cl-recordings";
import { openHdf5 } from "@sonde/hdf5";

const frames = 25_000;

/** In four sums, which do not wait for each other; of 64 Ki values of 16 bits none leaves 32 bits. */
function sum(values) {
  let total = 0;
  for (let start = 0; start < values.length; start += 65_536) {
    const end = Math.min(values.length, start + 65_536);
    let [a, b, c, d] = [0, 0, 0, 0];
    let k = start;
    for (; k + 3 < end; k += 4) {
      a = (a + values[k]) | 0;
      b = (b + values[k + 1]) | 0;
      c = (c + values[k + 2]) | 0;
      d = (d + values[k + 3]) | 0;
    }
    for (; k < end; k++) a = (a + values[k]) | 0;
    total += a + b + c + d;
  }
  return total;
}

export async function scan(path, size) {
  const file = await openHdf5(path);
  const dataset = await file.dataset("/samples");
  let total = 0;
  const windows = dataset.blocks({ rows: { start: 0, end: size * frames }, blockRows: frames, reuse: true });
  for await (const { values } of windows) total += sum(values);
  await file.close();
  return total;
}

export async function samples(path, size) {
  const recording = await openRecording(path);
  let total = 0;
  for await (const { values } of recording.samples.blocks({ unit: "raw", from: 0, to: size * frames, reuse: true })) {
    for (const channel of values) total += sum(channel);
  }
  await recording.close();
  return total;
}
