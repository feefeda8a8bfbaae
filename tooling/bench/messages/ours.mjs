import { readFileSync } from "node:fs";
import { decode as decodeMessage } from "@sonde/msgpack-numpy";

export function decode(path) {
  const data = new Uint8Array(readFileSync(path));
  const view = new DataView(data.buffer);
  let total = 0;
  for (let at = 0; at < data.length; ) {
    const length = view.getUint32(at, true);
    const value = decodeMessage(data.subarray(at + 4, at + 4 + length));
    total += value.y + (value.spikes === undefined ? 0 : value.spikes.size);
    at += 4 + length;
  }
  return total;
}
