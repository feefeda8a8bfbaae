import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { fileSink } from "../../src/write/file-sink.node.js";
import { array, attribute, compound, createHdf5, float, int, uint } from "../../src/write/index.js";

/** A Python with `tables` and `h5py`. */
const python = process.env.SONDE_PYTHON ?? "python3";
const there = spawnSync(python, ["-c", "import tables, h5py"]).status === 0;

const text = attribute.text;
const pickle = (lines: string) => attribute.ascii(new TextEncoder().encode(lines));
const group = { CLASS: text("GROUP"), VERSION: text("1.0"), TITLE: text("") };

/** 25,000 rows of samples and 500 spikes in the layout of PyTables, flushed a hundred times. */
async function writeRecording(path: string): Promise<void> {
  const file = createHdf5(fileSink(path), {
    attributes: {
      ...group,
      PYTABLES_FORMAT_VERSION: text("2.1"),
      application: pickle("(dp0\nVscore\np1\nI3\ns."),
      git_hash: text(""),
      ok: attribute.bool(true),
    },
  });
  const samples = file.dataset("/samples", {
    type: int(2),
    shape: [0, 4],
    maxShape: [null, 4],
    chunks: [16, 4],
    attributes: { CLASS: text("EARRAY"), VERSION: text("1.1"), TITLE: text(""), EXTDIM: attribute.int32(0) },
  });
  const type = compound([
    { name: "timestamp", type: int(8) },
    { name: "channel", type: uint(1) },
    { name: "samples", type: array(float(4), [75]) },
  ]);
  const fields = { FIELD_0_NAME: text("timestamp"), FIELD_1_NAME: text("channel"), FIELD_2_NAME: text("samples") };
  const fills = { FIELD_0_FILL: attribute.int64(0n), FIELD_1_FILL: attribute.uint8(0), FIELD_2_FILL: attribute.float32(0) };
  const spikes = file.dataset("/spikes", {
    type,
    shape: [0],
    chunks: [64],
    attributes: { CLASS: text("TABLE"), VERSION: text("2.7"), TITLE: text(""), ...fields, ...fills, NROWS: attribute.int64(0n) },
  });
  file.group("/data_stream", { attributes: group });
  for (const name of ["ball", "paddle"])
    file.group(`/data_stream/${name}`, { attributes: { ...group, name: text(name), application: pickle("(dp0\n.") } });
  for (let step = 0; step < 100; step++) {
    samples.append(new Uint8Array(Int16Array.from({ length: 1000 }, (_, k) => (step * 1000 + k) % 1000).buffer));
    for (let spike = step * 5; spike < step * 5 + 5; spike++) {
      const row = new DataView(new ArrayBuffer(type.size));
      row.setBigInt64(0, BigInt(spike * 10), true);
      row.setUint8(8, spike % 16);
      for (let k = 0; k < 75; k++) row.setFloat32(9 + 4 * k, spike, true);
      spikes.append(new Uint8Array(row.buffer));
    }
    spikes.setAttribute("NROWS", attribute.int64(spikes.rows));
    await file.flush();
  }
  await file.close();
}

it(
  there
    ? "PyTables and h5py read a written recording, and go on writing it"
    : `PyTables is NOT here (SONDE_PYTHON=${python}): nothing compared`,
  async () => {
    if (!there) return console.warn(`no PyTables and h5py in ${python}: set SONDE_PYTHON to a Python that has them`);
    const folder = mkdtempSync(join(tmpdir(), "sonde-hdf5-"));
    try {
      const path = join(folder, "recording.h5");
      await writeRecording(path);
      const { stdout, stderr, status } = spawnSync(python, [fileURLToPath(new URL("read-with-pytables.py", import.meta.url)), path], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      expect(status).toBe(0);
      const found = JSON.parse(stdout);
      console.log(
        `PyTables ${found.tables} (HDF5 ${found.hdf5}), h5py ${found.h5py}: ${found.samples[0]} rows of samples, ${found.spikes[0]} spikes`,
      );
      const sum = (100_000 * 999) / 2;
      expect(found).toMatchObject({
        classes: { "/samples": "EArray", "/spikes": "Table", "/data_stream": "Group", "/data_stream/ball": "Group" },
        application: { score: 3 },
        git_hash: "",
        ok: true,
        samples: [25_000, sum],
        spikes: [500, 500, (75 * 500 * 499) / 2],
        "channel 3": [3, 19, 35, 51, 67, 83, 99],
        "h5py samples": sum,
        "h5py chunks": Math.ceil(25_000 / 16),
        "after appends": [35_000, sum + 280_000, 3_000, 42, { a: 1 }],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
