import {
  AlignedWindowsParamsSchema,
  ChangesParamsSchema,
  ChangesResponseSchema,
  NearestParamsSchema,
  NearestResponseSchema,
  RawValuesParamsSchema,
  WindowsParamsSchema,
} from "../proto/btrdb_pb.js";
import { writeRawValues } from "../wire/raw-points.js";
import { writeStatValues } from "../wire/stat-points.js";
import { checkRange, endOfTime, firstTime } from "./bounds.js";
import { pointGroups, statColumns } from "./columns.js";
import { groups, type Methods, messages, streamed, unary, uuidText } from "./method.js";
import { refusal, serverCode } from "./refusal.js";
import { alignedWindows, plainWindows, type WindowAnswer } from "./window-query.js";
import type { World } from "./world.js";

/** Points or windows in one message. */
const perMessage = 5000;
const rangesPerMessage = 1000;

/** The calls that read points as messages. */
export function readMethods(world: World): Methods {
  return {
    RawValues: streamed(RawValuesParamsSchema, function* (request) {
      const { points } = world.store.get(uuidText(request.uuid));
      checkRange(request.start, request.end);
      const { snapshot, major, minor } = points.at(request.versionMajor);
      for (const group of pointGroups(snapshot.points(request.start, request.end), perMessage)) {
        yield writeRawValues({ versionMajor: major, versionMinor: minor, ...group });
      }
    }),
    AlignedWindows: streamed(AlignedWindowsParamsSchema, (request) => windowMessages(alignedWindows(world, request))),
    Windows: streamed(WindowsParamsSchema, (request) => windowMessages(plainWindows(world, request))),
    Nearest: unary(NearestParamsSchema, NearestResponseSchema, (request) => {
      const { points } = world.store.get(uuidText(request.uuid));
      if (request.time < firstTime || request.time >= endOfTime) {
        throw refusal(serverCode.invalidTimeRange, `time ${request.time} is out of bounds`);
      }
      const { snapshot, major, minor } = points.at(request.versionMajor);
      const value = snapshot.nearest(request.time, request.backward);
      if (value === undefined) throw refusal(serverCode.noSuchPoint, "no such point");
      return { versionMajor: major, versionMinor: minor, value };
    }),
    Changes: messages(ChangesParamsSchema, ChangesResponseSchema, function* (request) {
      const { points } = world.store.get(uuidText(request.uuid));
      if (request.resolution > 63) throw refusal(serverCode.invalidPointWidth, `resolution ${request.resolution} is more than 63`);
      const { ranges, major, minor } = points.changes(request.fromMajor, request.toMajor, request.resolution);
      for (const group of groups(ranges, rangesPerMessage)) yield { versionMajor: major, versionMinor: minor, ranges: group };
    }),
  };
}

function* windowMessages({ windows, major, minor }: WindowAnswer): Generator<Uint8Array> {
  for (const group of groups(windows, perMessage)) {
    yield writeStatValues({ versionMajor: major, versionMinor: minor, ...statColumns(group) });
  }
}
