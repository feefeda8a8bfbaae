import { createLimiter, isSondeError, readBody, readJson, sondeError } from "@sonde/core/bytes";
import * as z from "zod";
import { packageName } from "../../package/key.js";
import { extentOfIds } from "../objects.js";
import { orLost } from "../one-package.js";
import type { BackEndCall, DeviceSettings, PackageKey, PackageStorage, StoredPackage } from "../types.js";
import { reductHttp } from "./http.js";
import { walkOf } from "./walk.js";

/** Record times are microseconds, ids milliseconds. */
const MICROSECONDS = 1000n;

const count = z.union([z.number(), z.string().regex(/^\d{1,20}$/)]).transform((value) => BigInt(value));
const bucketAnswer = z.object({
  entries: z.array(
    z.object({
      name: z.string(),
      size: count.optional(),
      record_count: count.optional(),
      oldest_record: count.optional(),
      latest_record: count.optional(),
    }),
  ),
});
const infoAnswer = z.object({ version: z.string() });

/** Packages of a ReductStore, by its HTTP API from 1.0 on. */
export function reductPackages(device: DeviceSettings): PackageStorage {
  const { bucket, maxPackageBytes, timeout } = device;
  const origin = `${device.secure ? "https" : "http"}://${device.host}:${device.ports.reductStore}`;
  const http = reductHttp(device, origin);
  const name = `ReductStore at ${http.target}`;
  const limiter = () => createLimiter({ maxBytes: maxPackageBytes });

  const readRecord = async (key: PackageKey, call: BackEndCall): Promise<Uint8Array> => {
    try {
      const response = await http.ask(["b", bucket, key.topic], { query: { ts: key.id * MICROSECONDS } }, call);
      return await readBody(response, limiter(), { signal: call.signal, what: packageName(key) });
    } catch (error) {
      if (!isSondeError(error, "not-found")) throw error;
      const id = packageName(key);
      throw sondeError("not-found", `no package ${id} in ${name}: list them by packageNames()`, { id, cause: error });
    }
  };
  const walk = walkOf(http, {
    bucket,
    maxPackageBytes,
    one: (key, call) => orLost(key, (own) => readRecord(key, { ...call, ...own }), { signal: call.signal, timeout }),
  });

  return {
    name,
    async info(call) {
      const response = await http.ask(["info"], {}, call);
      walk.learn(response.headers);
      const api = response.headers.get("x-reduct-api");
      const { version } = parsed(infoAnswer, await readJson(response, limiter(), { signal: call.signal }), name);
      return { server: "ReductStore", version, ...(api === null ? {} : { api }) };
    },
    async topics(call) {
      const response = await http.ask(["b", bucket], {}, call);
      const { entries } = parsed(bucketAnswer, await readJson(response, limiter(), { signal: call.signal }), name);
      const topics = entries.map((entry) => {
        const { name: topic, size, record_count: records, oldest_record: oldest, latest_record: latest } = entry;
        const empty = records === 0n;
        const known = oldest !== undefined && latest !== undefined && latest < 2n ** 63n / 1000n;
        return {
          topic,
          ...(empty ? { extent: null } : known ? { extent: extentOfIds(oldest / MICROSECONDS, latest / MICROSECONDS) } : {}),
          ...(records === undefined ? {} : { packages: Number(records) }),
          ...(size === undefined ? {} : { bytes: Number(size) }),
        };
      });
      return topics.sort((a, b) => (a.topic < b.topic ? -1 : 1));
    },
    keys: walk.keys,
    packages: walk.packages,
    get: readRecord,
    async latest(topic, call): Promise<StoredPackage | undefined> {
      const response = await http.ask(["b", bucket, topic], { expect: [404] }, call);
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      const time = response.headers.get("x-reduct-time") ?? "";
      if (!/^\d{1,19}$/.test(time)) throw sondeError("format", `${name} sent a record without its time`, { key: topic });
      const bytes = await readBody(response, limiter(), { signal: call.signal, what: `the latest package of ${topic}` });
      return { topic, id: BigInt(time) / MICROSECONDS, bytes };
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw sondeError("format", `${name} answered otherwise than a ReductStore does: is it one?`, { key: name });
}
