import { toSpan } from "@sonde/core";
import * as z from "zod";
import type { MessageBus, MetricStorage, PackageStorage } from "./backends/types.js";

const span = (fallback: bigint) =>
  z
    .union([z.string(), z.bigint()])
    .transform((value, context) => {
      try {
        return toSpan(value);
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    })
    .refine((nanoseconds) => nanoseconds >= 1_000_000n, { message: "at least a millisecond" })
    .default(fallback);

const port = (fallback: number) => z.int().min(1).max(65_535).default(fallback);
const has = (value: unknown, ...members: readonly string[]): boolean =>
  typeof value === "object" && value !== null && members.every((member) => member in value);
const storage = z.custom<PackageStorage>((value) => has(value, "packages", "latest", "keys"), "must be a package storage");
const metrics = z.custom<MetricStorage>((value) => has(value, "rows", "fields", "extent"), "must be a metric storage");
const bus = z.custom<MessageBus>((value) => has(value, "subscribe", "publish"), "must be a message bus");
const fetcher = z.custom<(url: string, init: RequestInit) => Promise<Response>>(
  (value) => typeof value === "function",
  "must be a function",
);
const directory = z.custom<FileSystemDirectoryHandle>((value) => has(value, "kind", "getDirectoryHandle"), "must be a folder");

/** What to do with a package that has a bad status, is damaged or can't be had. */
export type BadPackages = "skip" | "null" | "throw";

export const driftOptions = z
  .strictObject({
    host: z
      .string()
      .regex(/^(\[[0-9a-f:.]+\]|[^\s/:@?#]+)$/i, "must be a name or an address, without scheme and port")
      .optional()
      .describe("The device: a name or an address. Ports are options of their own"),
    path: z
      .union([z.string().min(1), z.instanceof(URL), directory])
      .optional()
      .describe("A folder of exported packages, `<topic>/<ms>.dp`, in place of a device"),
    password: z.string().min(1).optional().describe("Of the device: one for all its back ends; else DRIFT_PASSWORD"),
    user: z.string().min(1).default("panda").describe("Access key of MinIO"),
    organisation: z.string().min(1).default("panda").describe("Organisation of InfluxDB"),
    bucket: z.string().min(1).default("data").describe("Of all stores"),
    secure: z.boolean().default(false).describe("Whether connections are encrypted"),
    ports: z
      .strictObject({ reductStore: port(8383), minio: port(9000), influx: port(8086), mqtt: port(1883) })
      .prefault({})
      .describe("Where the back ends listen"),
    packages: z
      .union([z.enum(["auto", "reductstore", "minio", "none"]), storage])
      .default("auto")
      .describe("Where packages are: whichever answers, one of them, none, or a storage of your own"),
    metrics: z
      .union([z.enum(["auto", "influxdb", "none"]), metrics])
      .default("auto")
      .describe("Where metrics are"),
    bus: z
      .union([z.enum(["auto", "mqtt", "none"]), bus])
      .default("auto")
      .describe("Where packages are told as they happen; it is not asked before it is needed"),
    broker: z
      .strictObject({ url: z.string().min(1).optional(), username: z.string().optional(), password: z.string().optional() })
      .optional()
      .describe("The MQTT broker where it is not at `host`: mqtt:, mqtts:, ws: or wss:"),
    badPackages: z
      .enum(["skip", "null", "throw"])
      .default("skip")
      .describe(
        "What streams do with a package that has a bad status, is damaged or can't be had: leave it out, give a row without values, or fail",
      ),
    sampleTiming: z
      .enum(["half-open", "inclusive"])
      .default("half-open")
      .describe("Whether the last sample of a package lies one step before its end, or on it"),
    timeout: span(30_000_000_000n).describe('For one package, for one answer, and for the next piece of a long one: "30s"'),
    probeTimeout: span(5_000_000_000n).describe('How long a back end may take to show that it is there: "5s"'),
    attempts: z.int().min(1).max(20).default(4).describe("How often a harmless request is made in all while a store is busy"),
    concurrency: z.int().min(1).max(256).default(8).describe("Packages asked for at a time"),
    maxPackageBytes: z
      .int()
      .min(1)
      .default(256 * 2 ** 20)
      .describe("The most that one package may take in memory"),
    fetch: fetcher.optional().describe("In place of the platform's: for a proxy, or certificates of one's own"),
    headers: z.record(z.string(), z.string()).optional().describe("Sent with every HTTP request"),
  })
  .refine(
    ({ host, path, packages, metrics: measured }) =>
      [host, path].filter((one) => one !== undefined).length === 1 ||
      (host === undefined && path === undefined && (typeof packages === "object" || typeof measured === "object")),
    {
      message: "give a host, or the path of a folder",
      path: ["host"],
    },
  );
export type DriftOptions = z.infer<typeof driftOptions>;
/** As a user writes them. */
export type DriftInput = z.input<typeof driftOptions>;
