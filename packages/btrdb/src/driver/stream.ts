import type { Append, Call, Description, Json, RecordBatch, Schema, StreamDriver, Versions } from "@sonde/core/connector";
import { canonicalBatch, projectBatch, projectSchema, schemaText, sondeError } from "@sonde/core/connector";
import { countPoints } from "../client/count.js";
import type { StreamMetadata } from "../client/metadata.js";
import { about, changedRanges, latestVersion } from "../client/session.js";
import { type BtrdbStream, createStream } from "../client/stream.js";
import { insideClock, maximumTime, minimumTime } from "../points/clock.js";
import { parseVersion, versionText } from "../points/version.js";
import { uuidBytes } from "../uuid.js";
import { type DriverContext, requested, versionQuery } from "./context.js";
import { liveOf } from "./live.js";
import { newestOf } from "./newest.js";
import { pointSchema } from "./schema.js";
import { windowsOf } from "./windows.js";

/** What the parts of one stream share. */
export type StreamParts = {
  readonly id: string;
  readonly uuid: Uint8Array;
  schema(): Schema;
  stream(): BtrdbStream;
  /** The points under the stream's own schema. */
  batch(points: RecordBatch): RecordBatch;
};

export function streamDriver(context: DriverContext, metadata: StreamMetadata): StreamDriver {
  const { session } = context;
  const { uuid: id, collection, unit, tags, annotations, propertyVersion } = metadata;
  const uuid = uuidBytes(id);
  const schema = pointSchema(unit);
  const native = createStream(session, uuid, metadata);
  const parts: StreamParts = { id, uuid, schema: () => schema, stream: () => native, batch: (points) => canonicalBatch(points, schema) };

  return {
    id,
    name: metadata.name === "" ? id : metadata.name,
    collection,
    kind: "series",
    // Tags are text, annotations any JSON; both are own properties whatever they are called.
    metadata: { tags: tags as Json, annotations: annotations as Json, propertyVersion },
    known: { kind: "series", schema },

    async describe(call): Promise<Description> {
      const version = await latestVersion(session, uuid, call);
      // Of one version, so that the figures belong together.
      const number = version.minor === 0n ? version.major : 0n;
      const [first, last, rows] = await Promise.all([
        native.earliest({ ...call, version: number }),
        native.latest({ ...call, version: number }),
        countPoints(session, { uuid, start: minimumTime, end: maximumTime, version: number }, false, about(uuid, call)),
      ]);
      const extent = first === undefined || last === undefined ? null : { start: first.time, end: last.time + 1n };
      return { kind: "series", schema, extent, rows, version: versionText(version) };
    },
    async *read({ range, columns, version }, call) {
      call.signal.throwIfAborted();
      projectSchema(schema, columns);
      const { number, wanted } = versionQuery(version, id);
      const inside = insideClock(range ?? { start: minimumTime, end: maximumTime });
      if (inside === undefined) return;
      for await (const batch of requested(context, { kind: "raw", uuid, ...inside, version: number }, call, wanted)) {
        yield projectBatch(parts.batch(batch), columns);
      }
    },
    windows: windowsOf(context, { id, uuid, unit }),
    newest: newestOf(context, parts),
    versions: versionsOf(context, parts),
    live: liveOf(context, parts),
    append: appendOf(parts),
  };
}

function versionsOf({ session }: DriverContext, { id, uuid }: StreamParts): Versions {
  const read = (text: string) => {
    versionQuery(text, id);
    return parseVersion(text) ?? { major: 0n, minor: 0n };
  };
  return {
    current: async (call) => versionText(await latestVersion(session, uuid, call)),
    async *changes(from, to, call) {
      call.signal.throwIfAborted();
      const [older, newer] = [read(from), read(to)];
      // From a version to itself the server is asked too: whether there is such a version.
      const same = versionText(older) === versionText(newer) || newer.minor === 0n;
      const query = { from: older.major, to: same ? newer.major : 0n };
      for await (const { start, end } of changedRanges(session, uuid, query, call)) {
        yield { start, end };
      }
    },
  };
}

function appendOf({ id, schema, stream }: StreamParts): Append {
  return {
    /** Duplicates are kept; a commit ends it, so that the version names the rows. */
    async rows(batch: RecordBatch, call: Call) {
      call.signal.throwIfAborted();
      if (schemaText(batch.schema) !== schemaText(schema())) {
        const wanted = schemaText(schema());
        throw sondeError(
          "options",
          `stream '${id}' takes rows of ${wanted}, not of ${schemaText(batch.schema)}: rename or convert them first`,
          {},
        );
      }
      await stream().insert(batch, call);
      await stream().flush(call);
    },
  };
}
