import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AlignedWindowsParamsSchema,
  ArrowAlignedWindowsResponseSchema,
  ArrowMultiValuesParamsSchema,
  ArrowMultiValuesResponseSchema,
  ArrowRawValuesParamsSchema,
  ArrowRawValuesResponseSchema,
  ArrowWindowsResponseSchema,
  WindowsParamsSchema,
} from "../proto/btrdb_pb.js";
import { pointIpc, pointSchema, rawIpc, statIpc, templateSchema } from "./arrow-tables.js";
import { checkRange } from "./bounds.js";
import { pointGroups, statColumns } from "./columns.js";
import { groups, type Methods, streamed, uuidText } from "./method.js";
import { joinedRows } from "./multi-values.js";
import { refusal, serverCode } from "./refusal.js";
import { alignedWindows, plainWindows, type WindowAnswer } from "./window-query.js";
import type { World } from "./world.js";

/** Rows in one message; a message is one Arrow stream. */
const perMessage = 50_000;

/** The calls that read points as Arrow streams. */
export function arrowMethods(world: World): Methods {
  return {
    ArrowRawValues: streamed(ArrowRawValuesParamsSchema, async function* (request) {
      const { points } = world.store.get(uuidText(request.uuid));
      checkRange(request.start, request.end);
      const schema = templateSchema(request.templateBytes, pointSchema(["value"]));
      const { snapshot, major, minor } = points.at(request.versionMajor);
      for (const group of pointGroups(snapshot.points(request.start, request.end), perMessage)) {
        yield bytesOf(ArrowRawValuesResponseSchema, {
          versionMajor: major,
          versionMinor: minor,
          arrowBytes: await rawIpc(schema, group),
        });
      }
    }),
    ArrowMultiValues: streamed(ArrowMultiValuesParamsSchema, async function* (request) {
      const uuids = request.uuid.map(uuidText);
      if (uuids.length === 0) throw refusal(serverCode.wrongArguments, "no streams are asked for");
      if (request.versionMajor.length !== 0 && request.versionMajor.length !== uuids.length) {
        throw refusal(serverCode.wrongArguments, `${uuids.length} streams, but ${request.versionMajor.length} versions`);
      }
      if (request.snapPeriodNs < 0n) throw refusal(serverCode.wrongArguments, "the snapping period is negative");
      const snapshots = uuids.map((uuid, k) => world.store.get(uuid).points.at(request.versionMajor[k] ?? 0n).snapshot);
      checkRange(request.start, request.end);
      const schema = templateSchema(request.templateBytes, pointSchema(uuids));
      let any = false;
      for (const { times, columns } of joinedRows(snapshots, request.start, request.end, request.snapPeriodNs, perMessage)) {
        any = true;
        yield bytesOf(ArrowMultiValuesResponseSchema, { arrowBytes: await pointIpc(schema, times, columns) });
      }
      if (!any) yield bytesOf(ArrowMultiValuesResponseSchema, { arrowBytes: await pointIpc(schema, new BigInt64Array(0), []) });
    }),
    ArrowAlignedWindows: streamed(AlignedWindowsParamsSchema, (request) =>
      windowTables(ArrowAlignedWindowsResponseSchema, alignedWindows(world, request)),
    ),
    ArrowWindows: streamed(WindowsParamsSchema, (request) => windowTables(ArrowWindowsResponseSchema, plainWindows(world, request))),
  };
}

async function* windowTables(
  schema: typeof ArrowWindowsResponseSchema | typeof ArrowAlignedWindowsResponseSchema,
  { windows, major, minor }: WindowAnswer,
): AsyncGenerator<Uint8Array> {
  for (const group of groups(windows, perMessage)) {
    yield bytesOf(schema, { versionMajor: major, versionMinor: minor, arrowBytes: await statIpc(statColumns(group)) });
  }
}

function bytesOf<Reply extends DescMessage>(schema: Reply, reply: MessageInitShape<Reply>): Uint8Array {
  return toBinary(schema, create(schema, reply));
}
