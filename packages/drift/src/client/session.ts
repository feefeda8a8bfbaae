import type { BackEndCall, MetricStorage, PackageStorage } from "../backends/types.js";
import type { DriftOptions } from "../options.js";
import { decodePackage } from "../package/decode.js";
import type { PackageLimits } from "../package/limits.js";
import type { DriftPackage } from "../package/package.js";
import { type BackEnds, needed } from "./back-ends.js";

/** What every method of a client shares. */
export interface Session {
  readonly backEnds: BackEnds;
  readonly concurrency: number;
  readonly options: Pick<DriftOptions, "badPackages" | "sampleTiming">;
  readonly limits: PackageLimits;
  packages(): PackageStorage;
  metrics(): MetricStorage;
  latest(topic: string, call: BackEndCall): Promise<DriftPackage | undefined>;
  /** The newest that says what it holds, where the latest has a bad status; the latest where none does. */
  newest(topic: string, call: BackEndCall): Promise<DriftPackage | undefined>;
}

export function sessionOf(backEnds: BackEnds, options: DriftOptions): Session {
  const limits = {};
  const latest = async (topic: string, call: BackEndCall): Promise<DriftPackage | undefined> => {
    const stored = await needed(backEnds.packages).latest(topic, call);
    return stored && decodePackage(stored.bytes, { topic, limits });
  };
  return {
    backEnds,
    concurrency: options.concurrency,
    options,
    limits,
    packages: () => needed(backEnds.packages),
    metrics: () => needed(backEnds.metrics),
    latest,
    async newest(topic, call) {
      const last = await latest(topic, call);
      if (last === undefined || last.meta !== undefined || last.status.code === 0) return last;
      for (const span of LOOK_BACK) {
        let found: DriftPackage | undefined;
        const range = { start: last.time - span, end: last.time };
        for await (const stored of needed(backEnds.packages).packages(topic, { range, concurrency: options.concurrency }, call)) {
          if ("error" in stored) continue;
          const pkg = readable(stored.bytes, topic, limits);
          if (pkg?.meta !== undefined) found = pkg;
        }
        if (found !== undefined) return found;
      }
      return last;
    },
  };
}

/** Ten seconds, ten minutes, a day: beyond that a topic of bad packages is one. */
const LOOK_BACK = [10_000_000_000n, 600_000_000_000n, 86_400_000_000_000n];

function readable(bytes: Uint8Array, topic: string, limits: PackageLimits): DriftPackage | undefined {
  try {
    return decodePackage(bytes, { topic, limits });
  } catch {
    return undefined;
  }
}
