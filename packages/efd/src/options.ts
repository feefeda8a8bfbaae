import { toSpan } from "@sonde/core";
import type { CredentialProvider, Credentials, ObjectStore } from "@sonde/object-store";
import * as z from "zod";

const span = (fallback: bigint, least: bigint) =>
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
    .refine((nanoseconds) => nanoseconds >= least, { message: `at least ${least} ns` })
    .default(fallback);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const store = z.custom<ObjectStore>(
  (value) => isObject(value) && "list" in value && "get" in value && typeof value.list === "function" && typeof value.get === "function",
);
const credentials = z.custom<Credentials | CredentialProvider>(
  (value) => typeof value === "function" || (isObject(value) && "accessKeyId" in value && "secretAccessKey" in value),
);
const directory = z.custom<FileSystemDirectoryHandle>((value) => isObject(value) && "kind" in value && value.kind === "directory");
const fetcher = z.custom<typeof fetch>((value) => typeof value === "function");

const where = {
  bucket: z.string().min(1).optional().describe("A bucket of S3, or of a server that speaks its protocol"),
  path: z
    .union([z.string().min(1), z.instanceof(URL), directory])
    .optional()
    .describe("A folder with the bucket's keys below it, in place of a bucket; in a browser its handle"),
  store: store.optional().describe("An object store of one's own, in place of a bucket"),
  region: z.string().min(1).optional().describe("Of the bucket; else what the AWS tools would take"),
  endpoint: z
    .union([z.string().min(1), z.instanceof(URL)])
    .optional()
    .describe('Of a server that is not Amazon\'s: "http://127.0.0.1:9000"'),
  profile: z.string().min(1).optional().describe("Of ~/.aws; else AWS_PROFILE, else `default`"),
  credentials: credentials.optional().describe("A key pair, or a function that gives one; else what the AWS tools would find"),
  anonymous: z.boolean().optional().describe("Signs nothing: for public buckets"),
  pathStyle: z.boolean().optional().describe("The bucket in the path of the URL; on its own for an endpoint and for buckets with a dot"),
  fetch: fetcher.optional().describe("In place of the platform's: brings a proxy or certificates"),
  headers: z.record(z.string(), z.string()).optional().describe("Sent with every request"),
  attempts: z.int().min(1).max(20).optional().describe("How often a request is made in all while the store is busy"),
  idleTimeout: z.union([z.string(), z.bigint()]).optional().describe('How long a silent store is waited for: "60s"'),
};

export const efdOptions = z
  .strictObject({
    ...where,
    prefix: z
      .string()
      .default("topics")
      .describe("The sink's `topics.dir`: what stands before the topics' names in the keys; \"\" for nothing"),
    pathFormat: z
      .string()
      .min(1)
      .default("hourly")
      .describe("The sink's `path.format`: \"hourly\", \"daily\", or a pattern such as 'year'=YYYY/'month'=MM; in UTC"),
    lateness: span(3_600_000_000_000n, 0n).describe('The most that a row is older than the instant by which its file was filed: "1h"'),
    duplicates: z
      .enum(["keep", "merge"])
      .default("keep")
      .describe("Windows of equal time, of several workers or replayed: each, or one with their statistics pooled"),
    maskBelow: z
      .int()
      .min(0)
      .default(2)
      .describe(
        "Standard deviations of windows with fewer samples are null, as the aggregator writes a sample there; 0 shows what is stored",
      ),
    onDamaged: z
      .enum(["throw", "skip"])
      .default("throw")
      .describe("Files that can't be read: the error comes after all other rows, or they are left out and told of"),
    timeColumn: z.string().min(1).optional().describe("The column that rows are placed by; else `time`, `private_efdStamp` or `timestamp`"),
    timeScale: z.enum(["utc", "tai"]).optional().describe("The clock of that column; else by its name"),
    pollInterval: span(15_000_000_000n, 1_000_000n).describe('How often a follower looks for new files: "15s"'),
  })
  .refine(({ bucket, path, store }) => [bucket, path, store].filter((place) => place !== undefined).length === 1, {
    message: "name one of bucket, path and store",
    path: ["bucket"],
  });
export type EfdOptions = z.infer<typeof efdOptions>;
/** As a user writes them. */
export type EfdInput = z.input<typeof efdOptions>;
