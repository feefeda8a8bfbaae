import type { ByteSource } from "@sonde/core/bytes";
import type { Waiting } from "../catalog/types.js";
import { jsonlFormat } from "./json/format.js";
import { listFormat } from "./json/list-format.js";
import { msgpackFormat } from "./msgpack/format.js";
import type { RunFormat } from "./run-format.js";

/** By the first bytes, whatever the file is called: a pair of MessagePack, an object or pair a line, or one list of objects. */
export async function formatOf(source: ByteSource, size: number, { signal }: Waiting): Promise<RunFormat> {
  const head = await source.read({ start: 0, end: Math.min(size, 64) }, { signal });
  if ((head[0] ?? 0) === 0x92) return msgpackFormat;
  const text = new TextDecoder().decode(head).trimStart();
  // A pair begins with its name; a list of documents with a bracket or a brace.
  return /^\[\s*[[{]/.test(text) || text === "[" ? listFormat : text.startsWith("[") || text.startsWith("{") ? jsonlFormat : msgpackFormat;
}
