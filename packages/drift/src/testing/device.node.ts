import { startS3 } from "@sonde/object-store/testing";
import type { MessageBus, MetricStorage } from "../backends/types.js";
import type { DriftInput } from "../options.js";
import type { Fault } from "./faults.js";
import { packageBox } from "./package-box.js";
import { startReduct } from "./reduct-server.node.js";

export type DeviceOptions = {
  /** Default "sonde-drift-device". */
  readonly password?: string | undefined;
  /** What the ReductStore speaks: "1.0" to "1.18", default "1.10". */
  readonly api?: string | undefined;
  /** Where packages are served. Default both. */
  readonly serve?: readonly ("reductstore" | "minio")[] | undefined;
  readonly metrics?: MetricStorage | undefined;
  readonly bus?: MessageBus | undefined;
};

/** A small device in this process, on free ports of 127.0.0.1. */
export interface Device extends AsyncDisposable {
  /** For `connect` and `drift.open`. */
  readonly options: DriftInput;
  readonly password: string;
  put(topic: string, id: bigint, bytes: Uint8Array): void;
  /** A package, or a whole topic. */
  delete(topic: string, id?: bigint): void;
  topics(): readonly string[];
  /** Requests to the ReductStore and the bucket so far. */
  requests(): number;
  /** Of the ReductStore. Returns how to take it away. */
  inject(fault: Fault): () => void;
  close(): Promise<void>;
}

/**
 * Starts a Drift device for tests: packages by ReductStore's HTTP API (with batches from 1.5 on) and by S3, each behind the password.
 *
 * @example
 * ```ts
 * import { connect } from "@sonde/drift";
 * import { seriesPackage, startDevice } from "@sonde/drift/testing";
 *
 * await using device = await startDevice();
 * device.put("acc-5", 1676296193326n, seriesPackage(1676296193326n, { sample: (k) => Math.sin(k / 100) }));
 * await using client = await connect(device.options);
 * ```
 */
export async function startDevice(options: DeviceOptions = {}): Promise<Device> {
  const { password = "sonde-drift-device", api = "1.10", serve = ["reductstore", "minio"], metrics, bus } = options;
  const bucket = "data";
  const box = packageBox();
  const reduct = serve.includes("reductstore") ? await startReduct({ password, bucket, box, api }) : undefined;
  const s3 = serve.includes("minio")
    ? await startS3({ buckets: [bucket], region: "us-east-1", credentials: { accessKeyId: "panda", secretAccessKey: password } })
    : undefined;
  const close = async () => {
    await Promise.all([reduct?.close(), s3?.close()]);
  };
  // Port 1 refuses: nothing is served there.
  const ports = { reductStore: reduct?.port ?? 1, minio: s3 === undefined ? 1 : Number(new URL(s3.endpoint).port) };
  return {
    options: { host: "127.0.0.1", password, ports, metrics: metrics ?? "none", bus: bus ?? "none", attempts: 2, timeout: "2s" },
    password,
    put(topic, id, bytes) {
      box.put(topic, id, bytes);
      s3?.put(bucket, `${topic}/${id}.dp`, bytes);
    },
    delete(topic, id) {
      for (const one of id === undefined ? box.ids(topic) : [id]) s3?.delete(bucket, `${topic}/${one}.dp`);
      box.delete(topic, id);
    },
    topics: () => box.topics(),
    requests: () => (reduct?.requests() ?? 0) + (s3?.requests.length ?? 0),
    inject: (fault) => reduct?.inject(fault) ?? (() => {}),
    close,
    [Symbol.asyncDispose]: close,
  };
}
