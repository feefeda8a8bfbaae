import { sondeError } from "@sonde/core/bytes";

/** What the head of a batch says of one record. */
export interface BatchedRecord {
  /** Microseconds since the Unix epoch. */
  readonly time: bigint;
  /** In bytes. */
  readonly length: number;
  readonly contentType: string;
  readonly labels: ReadonlyMap<string, string>;
}

const PREFIX = "x-reduct-time-";

/**
 * The records of a batch in the order of their bytes: ascending in time, which the order of headers is not. A value is
 * `length,type,label=value,...`, where a label's value with a comma stands in quotes. Throws `format` for anything else.
 */
export function batchedRecords(headers: Headers, name: string): readonly BatchedRecord[] {
  const records: BatchedRecord[] = [];
  for (const [header, value] of headers) {
    if (header.startsWith(PREFIX)) records.push(recordOf(header.slice(PREFIX.length), value, name));
  }
  return records.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

function recordOf(time: string, value: string, name: string): BatchedRecord {
  const [length = "", contentType = "", ...labels] = unquotedCommas(value);
  if (!/^\d{1,19}$/.test(time) || !/^\d{1,15}$/.test(length)) {
    throw sondeError("format", `${name} sent a batch with a record that has neither time nor length: is it a ReductStore?`, { key: name });
  }
  const pairs = labels.map((label): [string, string] => {
    const at = label.indexOf("=");
    return at < 0 ? [label, ""] : [label.slice(0, at), unquoted(label.slice(at + 1))];
  });
  return { time: BigInt(time), length: Number(length), contentType, labels: new Map(pairs) };
}

function unquotedCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let k = 0; k < text.length; k++) {
    if (text[k] === '"') quoted = !quoted;
    else if (text[k] === "," && !quoted) {
      parts.push(text.slice(from, k).trim());
      from = k + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

const unquoted = (text: string) => (text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text);
