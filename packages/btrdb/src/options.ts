import { toSpan } from "@sonde/core";
import * as z from "zod";

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

const shape = {
  apiKey: z.string().min(1).optional().describe("The key of the API; else BTRDB_API_KEY, else that of the profile"),
  profile: z
    .string()
    .min(1)
    .optional()
    .describe("A profile of ~/.predictivegrid/credentials.yaml, in place of endpoint and key; else BTRDB_PROFILE, else `default`"),
  tls: z.boolean().optional().describe("Whether to encrypt; by the scheme of the endpoint without, else only at port 4411"),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe("Certificates of the authorities to trust: PEM text, or the path of a PEM file; else BTRDB_CA_BUNDLE, else the system's"),
  allowPlaintextApiKey: z.boolean().default(false).describe("Send the key without encryption as well; who listens can use it"),
  credentialsFile: z.string().min(1).optional().describe("Another credentials file than ~/.predictivegrid/credentials.yaml"),
  timeout: span(30_000_000_000n).describe('For one answer, and for the next piece of a long one: "30s"'),
  attempts: z
    .int()
    .min(1)
    .max(20)
    .default(5)
    .describe("How often a request is made in all while the server is away, where that is harmless"),
  concurrency: z.int().min(1).max(1000).default(16).describe("Requests under way at a time"),
  arrow: z.boolean().optional().describe("Whether points come in Arrow's form; as the server's version allows without (5.30 and later)"),
  insertBatch: z.int().min(1).max(1_000_000).default(50_000).describe("Points in one insert request; halved where a server takes fewer"),
  maxMessageBytes: z
    .int()
    .min(65_536)
    .max(2 ** 31 - 1)
    .default(256 * 2 ** 20)
    .describe("The largest message that is taken from the server"),
};

const endpoint = z
  .string()
  .min(1)
  .optional()
  .describe("host:port, [v6]:port, https://host:port, or several with commas; else BTRDB_ENDPOINTS, else the profile's");

/** What `connect` takes beside the endpoint. */
export const connectOptions = z.strictObject(shape);
export type ConnectInput = z.input<typeof connectOptions>;

export const btrdbOptions = z.strictObject({
  endpoint,
  collection: z.string().min(1).optional().describe("Only streams of this collection, and of those below it"),
  pollInterval: span(250_000_000n).describe('How often a live stream is asked for changes: "250ms"'),
  ...shape,
});
export type BtrdbOptions = z.infer<typeof btrdbOptions>;
/** As a user writes them. */
export type BtrdbInput = z.input<typeof btrdbOptions>;
