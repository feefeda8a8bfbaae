import { openRecording } from "@sonde/cl-recordings";
import * as msgpack from "@sonde/msgpack-numpy";
import { digest, messageValue } from "../lib/exact.mjs";

/** What `view.py` prints of a file, by our reader. `peer` is what the peer found: the same ranges are asked for. */
export async function readRecording(path, peer) {
  const recording = await openRecording(path);
  try {
    const streams = {};
    for (const stream of recording.dataStreams) streams[stream.name] = await readStream(stream, peer.streams?.[stream.name]);
    return {
      attributes: attributes(recording.attributes),
      samples: recording.samples.recorded ? await samples(recording.samples) : null,
      spikes: await events(recording.spikes, peer.spikes),
      stims: await events(recording.stims, peer.stims),
      streams,
    };
  } finally {
    await recording.close();
  }
}

const exact = (value) => messageValue(value, msgpack);
const attributes = (found) => Object.fromEntries(Object.entries(found).map(([name, value]) => [name, exact(value)]));

async function samples(found) {
  const whole = await found.read({ unit: "raw" });
  const part = await found.read({ unit: "raw", from: 100n, to: 612n, channels: [3, 4] });
  return { shape: [...found.shape], all: await digest(interleaved(whole)), part: await digest(interleaved(part)) };
}

/** A frame after the other, as the file has them. */
function interleaved({ values }) {
  const frames = values[0]?.length ?? 0;
  const result = new Int16Array(frames * values.length);
  values.forEach((channel, k) => {
    for (let frame = 0; frame < frames; frame++) result[frame * values.length + k] = channel[frame];
  });
  return new Uint8Array(result.buffer);
}

async function events(found, peer) {
  if (!found.recorded) return null;
  const waveforms = found.schema.fields.some(({ name }) => name === "samples");
  const table = await found.table({ columns: waveforms ? ["tick", "channel", "samples"] : ["tick", "channel"] });
  const result = { rows: table.numRows, ticks: await columnDigest(table, "tick"), channels: await columnDigest(table, "channel") };
  if (waveforms) result.waveforms = await columnDigest(table, "samples");
  result["of channels"] = {};
  for (const channel of Object.keys(peer?.["of channels"] ?? {})) {
    result["of channels"][channel] = await columnDigest(await found.table({ channels: [Number(channel)] }), "tick");
  }
  return result;
}

/** Of a column's values as they lie in memory; of lists, those of their elements. */
function columnDigest(table, name) {
  const pieces = table.batches.map((batch) => {
    const data = batch.getChild(name).data[0];
    const { values } = data.children[0] ?? data;
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  });
  return digest(Buffer.concat(pieces));
}

async function readStream(stream, peer) {
  const [from, to] = peer?.range ?? [0, 0];
  const keys = await stream.keys().toArray();
  return {
    attributes: attributes(stream.attributes),
    keys: keys.map(Number),
    values: (await stream.values().toArray()).map(exact),
    range: [from, to],
    "keys of range": (await stream.keys({ from, to }).toArray()).map(Number),
    "values of range": (await stream.values({ from, to }).toArray()).map(exact),
  };
}
