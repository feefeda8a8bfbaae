import { rmSync } from "node:fs";
import { createHdf5, int } from "@sonde/hdf5/write";
import { fileSink } from "@sonde/hdf5/write/node";

const block = new Uint8Array(Int16Array.from({ length: 500 * 64 }, (_, k) => k % 4096).buffer);

export async function write(path, size) {
  const target = `${path}.ours.h5`;
  try {
    const file = createHdf5(fileSink(target));
    const samples = file.dataset("/samples", { type: int(2), shape: [0, 64], maxShape: [null, 64], chunks: [256, 64] });
    for (let second = 0; second < size; second++) {
      for (let k = 0; k < 50; k++) await samples.append(block);
      await file.flush();
    }
    await file.close();
    return samples.rows;
  } finally {
    rmSync(target, { force: true });
  }
}
