import type { ByteSource } from "@sonde/core/bytes";
import * as z from "zod";

const byteSource = z.custom<ByteSource>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    "read" in value &&
    typeof value.read === "function" &&
    "size" in value &&
    typeof value.size === "function",
);

// z.instanceof would ask for bytes that are not shared.
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const clRecordingsOptions = z.strictObject({
  path: z
    .union([z.string().min(1), z.instanceof(URL), z.instanceof(Blob), bytes, byteSource])
    .describe("A recording: its path or URL, a File, bytes or a byte source. Or the path of a folder of recordings"),
  unsafeAttributes: z
    .enum(["mark", "error"])
    .default("mark")
    .describe(
      'What becomes of pickled attributes that ask for more than data: "mark" shows them as blocked, "error" refuses the recording, as in Python',
    ),
});
export type ClRecordingsOptions = z.infer<typeof clRecordingsOptions>;
/** As a user writes them. */
export type ClRecordingsInput = z.input<typeof clRecordingsOptions>;
