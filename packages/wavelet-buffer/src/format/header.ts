import { parametersIssue, type WaveletParameters, waveletTypes } from "../buffer/parameters.js";
import { failure } from "../errors.js";
import type { Cursor } from "./cursor.js";
import type { Writer } from "./writer.js";

export interface Header {
  readonly version: 2 | 3;
  readonly level: number;
  readonly parameters: WaveletParameters;
}

const mostLevel = { 2: 16, 3: 31 } as const;

/** The header of both versions: version, shape, signals, steps, wavelet and level. */
export function readHeader(cursor: Cursor): Header {
  const version = cursor.u8();
  if (version !== 2 && version !== 3) {
    throw failure("unsupported", `WaveletBuffer: version ${version}, known are 2 and 3: are these bytes a WaveletBuffer at all?`, {
      what: `version ${version}`,
    });
  }
  const dimensions = cursor.u64();
  if (dimensions !== 1 && dimensions !== 2) throw cursor.malformed(`signals of ${dimensions} dimensions, they have 1 or 2`, 1);
  const signalShape: WaveletParameters["signalShape"] = dimensions === 1 ? [cursor.u64()] : [cursor.u64(), cursor.u64()];
  const signalNumber = cursor.u64();
  const decompositionSteps = cursor.u64();
  const type = cursor.u32();
  const waveletType = waveletTypes[type];
  if (waveletType === undefined) throw cursor.malformed(`wavelet ${type}, known are 0 to 5`, cursor.position - 4);
  const level = cursor.u8();
  if (level > mostLevel[version])
    throw cursor.malformed(`level ${level} of compression, at most ${mostLevel[version]}`, cursor.position - 1);
  const parameters = { signalShape, signalNumber, decompositionSteps, waveletType };
  const issue = parametersIssue(parameters);
  if (issue !== undefined) throw cursor.malformed(`${issue.path} ${issue.message}`, 9);
  return { version, level, parameters };
}

export function writeHeader(writer: Writer, { version, level, parameters }: Header): void {
  writer.u8(version);
  writer.u64(parameters.signalShape.length);
  for (const side of parameters.signalShape) writer.u64(side);
  writer.u64(parameters.signalNumber);
  writer.u64(parameters.decompositionSteps);
  writer.u32(waveletTypes.indexOf(parameters.waveletType));
  writer.u8(level);
}
