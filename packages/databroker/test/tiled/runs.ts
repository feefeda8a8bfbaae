import { composeRun, type DocumentPair } from "../../src/event-model/index.js";
import type { FakeArray } from "./fake-tiled.js";

/** Documents of several runs: equal times, repeated scan ids, streams, configurations, what JSON has no words for. */
export function sampleDocuments(): DocumentPair[] {
  const documents: DocumentPair[] = [];
  const uid = (n: number, first = "aaaa") => `${first}${String(n).padStart(4, "0")}-0000-4000-8000-000000000000`;
  const start = (n: number, time: number, more: object, first?: string): string => {
    documents.push(["start", { uid: uid(n, first), time, scan_id: n % 5, ...more }]);
    return uid(n, first);
  };
  const stop = (run: string, time: number, status: "success" | "fail" = "success") =>
    documents.push(["stop", { uid: `stop of ${run}`, time, run_start: run, exit_status: status }]);

  const scan = start(1, 1_700_000_000.5, { plan_name: "scan", detectors: ["det"], user: "Ada", sample: { name: "NaCl" }, num_points: 4 });
  const det = { dtype: "number" as const, shape: [], source: "SIM:det", object_name: "det", units: "counts" };
  const text = { dtype: "string" as const, shape: [], source: "SIM:text", object_name: "text" };
  const image = {
    dtype: "array" as const,
    shape: [2, 5, 7],
    source: "SIM:cam",
    object_name: "cam",
    external: "STREAM:",
    dtype_numpy: "<u2",
  };
  const waveform = { dtype: "array" as const, shape: [3], source: "SIM:wave", object_name: "det" };
  const descriptor = (run: string, id: string, name: string, time: number, keys: object, gain: number): DocumentPair => [
    "descriptor",
    {
      uid: id,
      run_start: run,
      name,
      time,
      data_keys: { ...keys } as Record<string, typeof det>,
      object_keys: {
        det: Object.keys(keys).filter((key) => key === "det" || key === "wave"),
        ...("text" in keys && { text: ["text"] }),
        ...("cam" in keys && { cam: ["cam"] }),
      },
      configuration: { det: { data: { gain }, timestamps: { gain: time }, data_keys: { gain: { ...det, source: "gain" } } } },
      hints: {},
    },
  ];
  documents.push(descriptor(scan, "d-1", "primary", 1_700_000_000.6, { det, text, wave: waveform, cam: image }, 1));
  const event = (id: string, n: number, time: number, data: Record<string, unknown>): DocumentPair => [
    "event",
    {
      uid: `${id}-${n}`,
      descriptor: id,
      seq_num: n,
      time,
      data,
      timestamps: Object.fromEntries(Object.keys(data).map((key) => [key, time - 0.25])),
      filled: {},
    },
  ];
  const row = (n: number) => ({ det: n / 4, text: `row ${n} µ`, wave: [n, n + 0.5, -n] });
  documents.push(event("d-1", 1, 1_700_000_001.25, row(1)), event("d-1", 2, 1_700_000_002.25, row(2)));
  documents.push(descriptor(scan, "d-2", "primary", 1_700_000_002.5, { det, text, wave: waveform, cam: image }, 2));
  documents.push(event("d-2", 3, 1_700_000_003.25, row(3)), event("d-2", 4, 1_700_000_004.125, row(4)));
  documents.push(descriptor(scan, "d-3", "baseline", 1_700_000_004.5, { det }, 2));
  documents.push(event("d-3", 1, 1_700_000_005, { det: -1 }));
  stop(scan, 1_700_000_006);

  // Equal times: in order of their uids all the same.
  for (let n = 2; n < 8; n++)
    stop(
      start(n, 1_700_000_100, { plan_name: "count", detectors: ["det4", "det"], user: n % 2 === 0 ? "Dan" : "Ada" }),
      1_700_000_101,
      "fail",
    );
  for (let n = 8; n < 420; n++)
    start(
      n,
      1_600_000_000 + n,
      { plan_name: n % 3 === 0 ? "scan" : "grid_scan", user: "Many", purpose: `p${n % 7}` },
      n % 2 === 0 ? "bbbb" : "cccc",
    );
  return documents;
}

/** Four events of two frames of 5 × 7. */
export const cam: FakeArray = (() => {
  const values = Uint16Array.from({ length: 4 * 2 * 5 * 7 }, (_, k) => (k * 37) % 65_521);
  return { shape: [4, 2, 5, 7], dtype: "<u2", bytes: new Uint8Array(values.buffer) };
})();

/** A run to be followed, document by document. */
export function liveRun(rows: number): DocumentPair[] {
  const run = composeRun({ metadata: { plan_name: "live" }, time: 1_800_000_000 });
  const stream = run.descriptor({
    name: "primary",
    data_keys: { det: { dtype: "number", shape: [], source: "SIM:det", object_name: "det" } },
  });
  const documents: DocumentPair[] = [
    ["start", run.start],
    ["descriptor", stream.descriptor],
  ];
  for (let n = 1; n <= rows; n++)
    documents.push(["event", stream.event({ data: { det: n }, timestamps: { det: 1_800_000_000 + n }, time: 1_800_000_000 + n })]);
  documents.push(["stop", run.stop()]);
  return documents;
}
