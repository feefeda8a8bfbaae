import type { Fetch } from "@sonde/core/bytes";
import { spanSchema } from "@sonde/core/schema";
import * as z from "zod";

/** By encoding, as a field's metadata names it: what becomes of the bytes of a cell. */
export type Decoders = { readonly [encoding: string]: (cell: Uint8Array) => unknown };

export const remoteOptions = z.strictObject({
  url: z
    .union([z.url({ protocol: /^https?$/ }), z.instanceof(URL).transform(String)])
    .describe("Where the server listens: http://127.0.0.1:4411"),
  source: z.string().min(1).optional().describe("Which of the server's sources; may be left out where it has one"),
  token: z.string().min(1).optional().describe("Sent as a bearer token; the server prints it, or whoever runs it knows it"),
  attempts: z.int().min(1).max(20).default(4).describe("How often a question is asked before its error counts"),
  idleTimeout: z.union([spanSchema, z.bigint()]).default(60_000_000_000n).describe("How long the server may be silent; not for `follow`"),
  decoders: z
    .custom<Decoders>(
      (value) => typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "function"),
    )
    .default({})
    .describe(
      "How rows show cells that the archive stores encoded, by encoding: `{ msgpack: decode }` of @sonde/msgpack-numpy. JSON is known",
    ),
  fetch: z
    .custom<Fetch>((value) => typeof value === "function")
    .optional()
    .describe("Instead of the platform's"),
});
export type RemoteOptions = z.infer<typeof remoteOptions>;
/** As a user writes them. */
export type RemoteInput = z.input<typeof remoteOptions>;
