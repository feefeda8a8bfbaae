import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode, decodeBytes, decompose, distance, encode, encodeBytes } from "@sonde/wavelet-buffer";
import { ourCases } from "./cases.mjs";
import { ourVariants } from "./variants.mjs";

const tolerance = 1e-5;
const bytesOf = (text) => new Uint8Array(Buffer.from(text, "base64"));
const floatsOf = (text) => new Float32Array(bytesOf(text).slice().buffer);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const greatest = (data) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export async function suite({ cases, python, scratch, oldFolder }) {
  await readTheirs(cases, 2, await python("make.py", oldFolder, "2"));
  const theirs = await python("make.py", "-", "3");
  await readTheirs(cases, 3, theirs);
  writeTheirs(cases, theirs);
  await writeOurs(cases, python, scratch);
  await driftBytes(cases, python, scratch);
}

async function readTheirs(cases, version, theirs) {
  for (const [k, { parameters, level, plain, blob, text, energy, distance: apart, composed }] of theirs.entries()) {
    const zeros = decode(bytesOf(plain)).subbands.map((bands) => bands.map(({ data }) => data.every((value) => value === 0)));
    const marked = version === 2 && level > 0 && zeros.flat().includes(true);
    const name = `version ${version}, ${k}: ${nameOf(parameters, level)}${marked ? ", a subband of zeros" : ""}`;
    const buffer = await cases.succeed(`reads ${name}`, () => decode(bytesOf(blob)));
    if (buffer === undefined) continue;
    cases.equal(`knows ${name}`, [buffer.version, buffer.level, buffer.parameters, String(buffer)], [version, level, parameters, text]);
    if (marked) {
      const kept = zeros.every((bands, j) => bands.every((zero, b) => !zero || buffer.subbands[j][b].data.every((value) => value === 0)));
      cases.equal(`keeps zeros zero in ${name}`, kept, true);
    }
    // What compressed buffers hold is compared as they are read: both sides have the same bits.
    const most = greatest(floatsOf(composed[0].data));
    for (const [scale, { shape, data }] of composed.entries()) {
      compare(cases, `composes at scale ${scale} ${name}`, () => buffer.compose({ scale }), { shape, data: floatsOf(data) }, most);
    }
    const ours = buffer.energyDistribution().flatMap((bands) => [...bands]);
    const off = energy.findIndex((value, j) => Math.abs(value - ours[j]) > tolerance * value);
    const own = distance(decode(bytesOf(plain)), buffer);
    if (Math.abs(own - apart) <= tolerance * apart) cases.equal(`finds the distance of ${name}`, true, true);
    else cases.differ(`finds the distance of ${name}`, `${own}, the peer ${apart}`);
    if (off < 0) cases.equal(`finds the energies of ${name}`, ours.length, energy.length);
    else cases.differ(`finds the energies of ${name}`, `${ours[off]}, the peer ${energy[off]}`);
  }
}

/** The same subbands give the same bytes; the same samples give the same subbands but for the rounding of sums. */
function writeTheirs(cases, theirs) {
  for (const [k, { parameters, denoiser, level, input, plain, blob }] of theirs.entries()) {
    const name = `${k}: ${nameOf(parameters, level)}`;
    cases.equal(`writes the bytes of ${name}`, base64(encode(decode(bytesOf(plain)), { level })), blob);
    const samples = floatsOf(input);
    const most = greatest(samples);
    const [ours, other] = [decompose(samples, { ...parameters, denoiser }), decode(bytesOf(plain))];
    let detail;
    for (const [s, bands] of other.subbands.entries()) {
      for (const [b, { data }] of bands.entries()) {
        detail ??= difference(ours.subbands[s][b].data, data, tolerance * most);
      }
    }
    if (detail === undefined) cases.equal(`takes apart ${name}`, true, true);
    else cases.differ(`takes apart ${name}, ${denoiser.kind}`, detail);
  }
}

/** Coefficients agree, or one is left out by the denoiser and lies at the border of what stays. */
function difference(ours, theirs, margin) {
  const border = [...ours, ...theirs].reduce((least, value) => (value === 0 ? least : Math.min(least, Math.abs(value))), Infinity);
  for (let k = 0; k < theirs.length; k++) {
    const near = Math.abs(ours[k] - theirs[k]) <= margin;
    const left = (ours[k] === 0 || theirs[k] === 0) && Math.max(Math.abs(ours[k]), Math.abs(theirs[k])) <= border + margin;
    if (!near && !left) return `coefficient ${k} is ${ours[k]}, the peer's ${theirs[k]}`;
  }
  return undefined;
}

async function writeOurs(cases, python, scratch) {
  const ours = ourCases().map(({ parameters, denoiser, level, samples }) => {
    const buffer = decompose(samples, { ...parameters, denoiser });
    return { parameters, level, buffer, blob: encode(buffer, { level }), plain: encode(buffer) };
  });
  const ask = async (key) => {
    const file = join(scratch, `${key}.json`);
    writeFileSync(
      file,
      JSON.stringify(ours.map((one) => ({ blob: base64(one[key]), steps: one.parameters.decompositionSteps, level: one.level }))),
    );
    return python("compose.py", file);
  };
  const [read, written] = [await ask("blob"), await ask("plain")];
  for (const [k, { parameters, level, blob }] of ours.entries()) {
    const name = `ours, ${k}: ${nameOf(parameters, level)}`;
    cases.equal(`is written by the peer as by us, ${name}`, base64(blob), written[k].blob);
    if (read[k].error !== undefined) {
      cases.differ(`is read by the peer, ${name}`, read[k].error);
      continue;
    }
    const again = decode(blob);
    const most = greatest(again.compose().data);
    for (const [scale, { shape, data }] of read[k].composed.entries()) {
      compare(
        cases,
        `is composed by the peer at scale ${scale}, ${name}`,
        () => again.compose({ scale }),
        { shape, data: floatsOf(data) },
        most,
      );
    }
  }
}

async function driftBytes(cases, python, scratch) {
  const ours = ourVariants();
  const file = join(scratch, "variants.json");
  writeFileSync(file, JSON.stringify(ours.map((variants) => base64(encodeBytes(variants)))));
  const { written, read } = await python("drift_bytes_both_ways.py", file);
  for (const [k, { bytes, variants }] of written.entries()) {
    await cases.compare(`reads DriftBytes ${k}`, () => shown(decodeBytes(bytesOf(bytes))), numbers(variants));
    await cases.compare(`writes DriftBytes ${k}`, () => base64(encodeBytes(decodeBytes(bytesOf(bytes)))), bytes);
  }
  for (const [k, variants] of read.entries()) cases.equal(`writes DriftBytes that are read, ${k}`, shown(ours[k]), numbers(variants));
}

const shown = (variants) =>
  variants.map(({ type, shape, data }) => ({
    type,
    shape: [...shape],
    values: Array.from(data, (value) => (typeof value === "bigint" ? String(value) : value)),
  }));

/** Python's text of a number, which keeps every digit, as shown of ours. */
const numbers = (variants) =>
  variants.map(({ type, shape, values }) => ({
    type,
    shape,
    values: type.endsWith("64") && type !== "float64" ? values : values.map((one) => (/^(bool|string)$/.test(type) ? one : Number(one))),
  }));

const nameOf = ({ signalShape, signalNumber, decompositionSteps, waveletType }, level) =>
  `${waveletType} ${signalShape.join("x")}x${signalNumber}, ${decompositionSteps} steps, level ${level}`;

/** One case: the same shape, and values that differ by no more than sums of floats do. */
function compare(cases, name, compose, theirs, most) {
  let ours;
  try {
    ours = compose();
  } catch (error) {
    cases.differ(name, error.message);
    return;
  }
  const off = theirs.data.findIndex((value, k) => !(Math.abs(value - ours.data[k]) <= tolerance * most));
  if (off < 0) cases.equal(name, [...ours.shape], theirs.shape);
  else cases.differ(name, `value ${off} is ${ours.data[off]}, the peer's ${theirs.data[off]}`);
}
