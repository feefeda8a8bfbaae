import { encode } from "fast-png";
import type { Pixels } from "../figure.js";

/** Pixels as a PNG file, eight bits a channel with alpha. */
export function encodePng({ width, height, rgba }: Pixels): Uint8Array {
  return encode({ width, height, data: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength), channels: 4, depth: 8 });
}
