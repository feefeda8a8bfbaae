import { toSpan } from "@sonde/core";
import type { Fetch } from "@sonde/core/bytes";
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
    .refine((nanoseconds) => nanoseconds >= least, { message: `at least ${least / 1_000_000n} ms` })
    .default(fallback);

const shape = {
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("The address of InfluxDB 1, with the path in front of `query` if there is one"),
  efd: z.string().min(1).optional().describe('A database by its label, "usdf_efd", in place of url, user and password'),
  authFile: z.string().min(1).optional().describe("The file of credentials by label; else the one that EFDAUTH names"),
  discovery: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("The discovery service that knows the labels: https://<science platform>/repertoire/discovery/influxdb"),
  token: z.string().min(1).optional().describe("The platform's token for the discovery service"),
  username: z.string().min(1).optional().describe("Of the database; sent by HTTP's basic scheme"),
  password: z.string().min(1).optional().describe("Of the database"),
  database: z.string().min(1).optional().describe('Default that of the credentials, else "efd"'),
  retentionPolicy: z.string().min(1).default("autogen").describe("Default that of the EFD"),
  schemaRegistry: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("The Confluent Schema Registry that knows the units; else that of the credentials"),
  idleTimeout: span(900_000_000_000n, 1_000_000n).describe('How long the database may be silent: "15m"; long queries are'),
  attempts: z.int().min(1).max(20).default(4).describe("How often a request is made in all while the server is away or busy"),
  chunkSize: z.int().min(1).max(1_000_000).default(10_000).describe("Rows that the database sends in one piece"),
  maxBytes: z
    .int()
    .min(65_536)
    .max(2 ** 31 - 1)
    .default(256 * 2 ** 20)
    .describe("The largest piece of an answer that is taken"),
  headers: z.record(z.string(), z.string()).default({}).describe("Sent with every request to the database and the registry"),
  fetch: z
    .custom<Fetch>((value) => typeof value === "function", { message: "is no function" })
    .optional()
    .describe("In place of the platform's: for proxies and certificates"),
};

const options = z
  .strictObject(shape)
  .refine(({ url, efd }) => (url === undefined) !== (efd === undefined), { path: ["url"], message: "give either url or efd, a label" })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    path: ["password"],
    message: "username and password go together",
  });

export const openInfluxOptions = options;
export type OpenInfluxInput = z.input<typeof openInfluxOptions>;

export const efdInfluxOptions = options.safeExtend({
  pollInterval: span(1_000_000_000n, 1_000_000n).describe('How often a topic that is followed is asked for new rows: "1s"'),
  lateness: span(10_000_000_000n, 0n).describe('How much later than newer rows a row may come and be followed all the same: "10s"'),
});
export type EfdInfluxOptions = z.infer<typeof efdInfluxOptions>;
/** As a user writes them. */
export type EfdInfluxInput = z.input<typeof efdInfluxOptions>;
