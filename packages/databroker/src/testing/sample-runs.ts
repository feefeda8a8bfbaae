import { composeRun } from "../event-model/compose.js";
import type { DocumentPair } from "../event-model/documents.js";

export type SampleOptions = {
  /** Seconds since the epoch; 1,700,000,000 where absent. */
  readonly time?: number;
  /** Of all uids of the run, to tell runs apart; counted up from here. */
  readonly seed?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Leaves the stop out: a run under way. */
  readonly open?: boolean;
};

/** Uids that look like others and are the same every time. */
export function countedUids(seed: number): () => string {
  let next = 0;
  return () => `${seed.toString(16).padStart(8, "0")}-0000-4000-8000-${(next++).toString(16).padStart(12, "0")}`;
}

/** The documents of `scan([det], motor, -10, 10, points)` of a simulated detector: a Gaussian over the motor's position. */
export function sampleScan(points = 15, options: SampleOptions = {}): DocumentPair[] {
  const documents: DocumentPair[] = [];
  const began = options.time ?? 1_700_000_000;
  let clock = began;
  const run = composeRun({
    newUid: countedUids(options.seed ?? 1),
    now: () => clock,
    onDocument: (pair) => documents.push(pair),
    metadata: {
      scan_id: options.seed ?? 1,
      plan_name: "scan",
      plan_type: "generator",
      detectors: ["det"],
      motors: ["motor"],
      num_points: points,
      hints: { dimensions: [[["motor"], "primary"]] },
      ...options.metadata,
    },
  });
  const key = { dtype: "number", shape: [], source: "SIM" } as const;
  const stream = run.descriptor({
    name: "primary",
    data_keys: {
      det: { ...key, shape: [], units: "counts" },
      motor: { ...key, shape: [], units: "mm" },
      motor_setpoint: { ...key, shape: [] },
    },
    object_keys: { det: ["det"], motor: ["motor", "motor_setpoint"] },
    hints: { det: { fields: ["det"] }, motor: { fields: ["motor"] } },
    configuration: { det: { data: { det_sigma: 1 }, timestamps: { det_sigma: began }, data_keys: { det_sigma: { ...key, shape: [] } } } },
  });
  for (let point = 0; point < points; point++) {
    const motor = points === 1 ? -10 : -10 + (20 * point) / (points - 1);
    clock += 0.5;
    stream.event({ data: { det: Math.exp((-motor * motor) / 2), motor, motor_setpoint: motor } });
  }
  clock += 0.5;
  if (options.open !== true) run.stop();
  return documents;
}

/** The documents of `count([camera], frames)`: arrays of 8 × 10 inside the documents, each a spot that wanders. */
export function sampleImages(frames = 4, options: SampleOptions = {}): DocumentPair[] {
  const documents: DocumentPair[] = [];
  let clock = options.time ?? 1_700_001_000;
  const run = composeRun({
    newUid: countedUids(options.seed ?? 2),
    now: () => clock,
    onDocument: (pair) => documents.push(pair),
    metadata: { scan_id: options.seed ?? 2, plan_name: "count", detectors: ["camera"], num_points: frames, ...options.metadata },
  });
  const stream = run.descriptor({
    name: "primary",
    data_keys: {
      image: { dtype: "array", shape: [8, 10], source: "SIM:camera", dtype_numpy: "<f8" },
      exposure: { dtype: "integer", shape: [], source: "SIM:camera", units: "ms" },
    },
    object_keys: { camera: ["image", "exposure"] },
  });
  for (let frame = 0; frame < frames; frame++) {
    clock += 1;
    const image = Array.from({ length: 8 }, (_, y) => Array.from({ length: 10 }, (_, x) => 100 - (x - frame) ** 2 - (y - 4) ** 2));
    stream.event({ data: { image, exposure: 20 } });
  }
  clock += 1;
  if (options.open !== true) run.stop();
  return documents;
}
