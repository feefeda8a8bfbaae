import { isSondeError, sondeError, whileFollowing } from "@sonde/core/bytes";
import { folderPackages } from "./backends/folder.js";
import { messageBuses, metricStorages, packageStorages } from "./backends/registry.js";
import type { BackEndCall, DeviceSettings, MessageBus, MetricStorage, PackageStorage } from "./backends/types.js";
import { type CallOptions, callOf } from "./call.js";
import { type BackEndState, type BackEnds, noBackEnd } from "./client/back-ends.js";
import { createDrift, type Drift } from "./client/drift.js";
import { type DriftInput, type DriftOptions, driftOptions } from "./options.js";

export type ConnectOptions = DriftInput & CallOptions;

/**
 * Connects to a device, or opens a folder of exported packages. All back ends are asked in parallel whether they are there and take the
 * password; what answers is used, and `backEnds` says what became of the others. The signal is for connecting only.
 *
 * Rejects `options` where no password is given and DRIFT_PASSWORD is not set, `auth` or `connection` where no back end can be used.
 *
 * @example
 * ```ts
 * import { connect } from "@sonde/drift";
 *
 * await using device = await connect({ host: "drift-dev2.local" });
 * for (const { name, kind } of await device.topics()) console.log(name, kind);
 * ```
 */
export async function connect(options: ConnectOptions): Promise<Drift> {
  const { signal, observe, ...input } = options;
  const parsed = driftOptions.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    throw sondeError("options", `connect: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`, { issues });
  }
  return createDrift(await openBackEnds(parsed.data, callOf({ signal, observe })), parsed.data);
}

type Candidate<T> = { readonly kind: string; readonly backEnd: T };
type Probed<T> = { readonly state: BackEndState; readonly backEnd: T };

/** What `connect` and the driver share: the back ends that answered. */
export async function openBackEnds(options: DriftOptions, call: BackEndCall): Promise<BackEnds> {
  call.signal.throwIfAborted();
  const { probeTimeout, path, timeout, maxPackageBytes } = options;
  const device = needsDevice(options) ? deviceOf(options) : undefined;
  const storages: Candidate<PackageStorage>[] =
    path === undefined
      ? candidates(options.packages, packageStorages, device)
      : [{ kind: "folder", backEnd: folderPackages(path, { timeout, maxPackageBytes }) }];
  const measured: Candidate<MetricStorage>[] = candidates(
    path === undefined ? options.metrics : notOfHost(options.metrics),
    metricStorages,
    device,
  );
  const [bus]: Candidate<MessageBus>[] = candidates(path === undefined ? options.bus : notOfHost(options.bus), messageBuses, device);

  const probe = async <T extends PackageStorage | MetricStorage>(
    role: BackEndState["role"],
    { kind, backEnd }: Candidate<T>,
  ): Promise<Probed<T>> => {
    const base = { role, kind, name: backEnd.name } as const;
    try {
      return { state: { ...base, state: "ready", info: await withinTime(backEnd, probeTimeout, call) }, backEnd };
    } catch (error) {
      call.signal.throwIfAborted();
      return { state: { ...base, state: "failed", error }, backEnd };
    }
  };
  const [packages, metrics] = await Promise.all([
    Promise.all(storages.map((one) => probe("packages", one))),
    Promise.all(measured.map((one) => probe("metrics", one))),
  ]);
  const found = [...packages, ...metrics].map(({ state }) => state);
  if (found.length > 0 && found.every(({ state }) => state === "failed")) {
    const errors = found.map(({ error }) => error);
    throw errors.find((error) => isSondeError(error, "auth")) ?? errors[0];
  }
  const busState: BackEndState[] = bus ? [{ role: "bus", kind: bus.kind, name: bus.backEnd.name, state: "unasked" }] : [];
  return {
    states: [...found, ...busState],
    packages: chosen(packages, "packages", "packages"),
    metrics: chosen(metrics, "metrics", "metrics"),
    bus: bus ? { backEnd: bus.backEnd } : { error: noBackEnd("bus") },
  };
}

/** The first that is ready; else why there is none. */
function chosen<T>(probed: readonly Probed<T>[], role: BackEndState["role"], option: string) {
  const ready = probed.find(({ state }) => state.state === "ready");
  if (ready !== undefined) return { backEnd: ready.backEnd };
  const errors = probed.map(({ state }) => state.error);
  return { error: errors.find((error) => isSondeError(error, "auth")) ?? errors[0] ?? noBackEnd(role, option) };
}

async function withinTime(backEnd: PackageStorage | MetricStorage, timeout: bigint, call: BackEndCall) {
  const limit = new AbortController();
  const milliseconds = Number(timeout / 1_000_000n);
  const timer = setTimeout(() => {
    const target = backEnd.name;
    const message = `${target} did not answer within ${milliseconds} ms: check the host, or raise \`probeTimeout\``;
    limit.abort(sondeError("connection", message, { target, retryable: true }));
  }, milliseconds);
  try {
    return await whileFollowing([call.signal, limit.signal], (signal) => backEnd.info({ ...call, signal }));
  } finally {
    clearTimeout(timer);
  }
}

function candidates<T extends object>(
  wanted: string | T,
  known: { readonly [kind: string]: (device: DeviceSettings) => T },
  device: DeviceSettings | undefined,
): Candidate<T>[] {
  if (typeof wanted === "object") return [{ kind: "given", backEnd: wanted }];
  if (wanted === "none" || device === undefined) return [];
  return Object.entries(known)
    .filter(([kind]) => wanted === "auto" || kind === wanted)
    .map(([kind, open]) => ({ kind, backEnd: open(device) }));
}

/** A folder has neither metrics nor a bus but those that are given. */
const notOfHost = <T extends object>(wanted: string | T): string | T => (typeof wanted === "object" ? wanted : "none");

const needsDevice = ({ host, packages, metrics, bus }: DriftOptions): boolean =>
  host !== undefined && [packages, metrics, bus].some((one) => typeof one === "string" && one !== "none");

function deviceOf(options: DriftOptions): DeviceSettings {
  const { host = "", user, organisation, bucket, secure, ports, timeout, attempts, fetch, headers, broker, maxPackageBytes } = options;
  const password = options.password ?? environment("DRIFT_PASSWORD");
  if (password === undefined) {
    const message = "give `password`, or set DRIFT_PASSWORD";
    throw sondeError("options", `no password for the Drift device ${host}: ${message}`, { issues: [{ path: "password", message }] });
  }
  return {
    ...{ host, password, user, organisation, bucket, secure, ports, timeout, attempts, maxPackageBytes },
    ...(fetch === undefined ? {} : { fetch }),
    ...(headers === undefined ? {} : { headers }),
    ...(broker === undefined ? {} : { broker }),
  };
}

/** Empty counts as absent; browsers have none. */
function environment(name: string): string | undefined {
  // Not in the types of browsers, where it may be missing.
  const { process } = globalThis as { readonly process?: { readonly env?: { readonly [name: string]: string | undefined } } };
  return process?.env?.[name] || undefined;
}
