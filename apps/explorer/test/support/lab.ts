import { defineConnector, sondeError } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type Description,
  fieldOf,
  type NdArray,
  projectBatch,
  type ReadQuery,
  type RecordBatch,
  type StreamDriver,
  schemaOf,
  sliceTime,
  timeField,
} from "@sonde/core/connector";
import * as z from "zod";

/** What the tests do to the archive while it is looked at. */
export type Lab = {
  /** Every question is answered by this error. */
  broken: boolean;
  /** Rows that have come since; `tell` wakes followers. */
  readonly late: { readonly time: bigint; readonly value: number }[];
  tell(): void;
  waiting: (() => void)[];
};

export function newLab(): Lab {
  const lab: Lab = {
    broken: false,
    late: [],
    waiting: [],
    tell() {
      for (const wake of lab.waiting.splice(0)) wake();
    },
  };
  return lab;
}

/** Markup that would call for help if it were taken for any. */
export const markup = `<img src=x onerror="alert('metadata')"><script>alert('script')</script>`;
export const labStart = 1_700_000_000_000_000_000n;
const second = 1_000_000_000n;

/** An archive with images, with markup in every text of it, with a stream that can fail, and one that grows. */
export const lab = defineConnector({
  id: "lab",
  options: z.custom<Lab>(),
  async connect(state) {
    const streams = [camera(), hostile(), wave("fragile", state), wave("growing", state, true)];
    return {
      client: state,
      info: { note: markup },
      async *streams() {
        yield* streams;
      },
      async stream(id) {
        const found = streams.find((one) => one.id === id);
        if (found !== undefined) return found;
        throw sondeError("not-found", `no stream '${id}' in the lab`, { id });
      },
      close: async () => {},
    };
  },
});

const frames = 12;

function camera(): StreamDriver {
  const schema = schemaOf([timeField(), fieldOf("image", arrowType.utf8(), { role: "array", description: "A spot that wanders" })]);
  const times = BigInt64Array.from({ length: frames }, (_, frame) => labStart + BigInt(frame) * second);
  const batch = batchOf(schema, { time: times, image: Array.from({ length: frames }, (_, frame) => `frame/${frame}`) });
  return {
    ...rowsOf("camera", "frames", [batch]),
    arrays: {
      async *read({ refs = [] }) {
        for (const ref of refs) yield spot(Number(ref.split("/")[1]));
      },
    },
  };
}

function spot(frame: number): NdArray {
  const [height, width] = [48, 64];
  const data = new Uint16Array(height * width);
  for (let index = 0; index < data.length; index++) {
    const [y, x] = [Math.floor(index / width), index % width];
    data[index] = Math.round(4000 * Math.exp(-((x - 8 - 4 * frame) ** 2 + (y - 24) ** 2) / 60)) + ((index * 7919) % 97);
  }
  return {
    time: labStart + BigInt(frame) * second,
    ref: `frame/${frame}`,
    field: "image",
    shape: [height, width],
    dims: ["height", "width"],
    level: 0,
    data,
  };
}

function hostile(): StreamDriver {
  const info = { unit: markup, label: markup, description: `javascript:alert(1) ${markup}` };
  const schema = schemaOf([timeField(), fieldOf(markup, arrowType.float64(), info), fieldOf("text", arrowType.utf8(), info)]);
  const times = BigInt64Array.from({ length: 50 }, (_, row) => labStart + BigInt(row) * second);
  const batch = batchOf(schema, {
    time: times,
    [markup]: Float64Array.from({ length: 50 }, Math.sqrt),
    text: Array.from({ length: 50 }, () => markup),
  });
  return {
    ...rowsOf(markup, "series", [batch]),
    collection: `${markup}/plots`,
    metadata: { [markup]: markup, link: "javascript:alert(2)", ["__proto__"]: { polluted: markup } },
  };
}

/** A sine of a thousand rows, one a millisecond. */
function wave(id: string, state: Lab, grows = false): StreamDriver {
  const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64(), { unit: "mV" })]);
  const times = BigInt64Array.from({ length: 1000 }, (_, row) => labStart + BigInt(row) * 1_000_000n);
  const first = batchOf(schema, { time: times, value: Float64Array.from({ length: 1000 }, (_, row) => Math.sin(row / 40)) });
  const added = (from: number) => {
    const rows = state.late.slice(from);
    return batchOf(schema, { time: BigInt64Array.from(rows, ({ time }) => time), value: Float64Array.from(rows, ({ value }) => value) });
  };
  const base = rowsOf(id, "series", () => {
    if (state.broken && !grows) throw sondeError("connection", "the instrument was unplugged", { target: "lab", retryable: false });
    return grows && state.late.length > 0 ? [first, added(0)] : [first];
  });
  if (!grows) return base;
  return {
    ...base,
    live: {
      async *follow({ columns }, { signal }) {
        let known = state.late.length;
        while (!signal.aborted) {
          if (state.late.length === known) {
            await new Promise<void>((resolve) => {
              state.waiting.push(resolve);
              signal.addEventListener("abort", () => resolve(), { once: true });
            });
            continue;
          }
          yield projectBatch(added(known), columns);
          known = state.late.length;
        }
        throw signal.reason;
      },
    },
  };
}

function rowsOf(id: string, kind: Description["kind"], batches: readonly RecordBatch[] | (() => readonly RecordBatch[])): StreamDriver {
  const all = () => (typeof batches === "function" ? batches() : batches);
  return {
    id,
    name: id,
    kind,
    async describe() {
      const there = all();
      const schema = there[0]!.schema;
      const times = there.flatMap((batch) => [...(batch.getChildAt(0)!.data[0]!.values as BigInt64Array).subarray(0, batch.numRows)]);
      return { kind, schema, rows: times.length, extent: { start: times[0]!, end: times.at(-1)! + 1n } };
    },
    async *read({ range, columns }: ReadQuery, { signal }) {
      for (const batch of all()) {
        signal.throwIfAborted();
        const rows = projectBatch(range ? sliceTime(batch, range) : batch, columns);
        if (rows.numRows > 0) yield rows;
      }
    },
  };
}
