import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fromIPC } from "@sonde/core";
import { cellOf, chunksOf } from "@sonde/core/connector";
import {
  ArrowInsertParamsSchema,
  DeleteParamsSchema,
  DeleteResponseSchema,
  FlushParamsSchema,
  FlushResponseSchema,
  InsertResponseSchema,
  type RoundSpec,
} from "../proto/btrdb_pb.js";
import { readInsert } from "../wire/insert.js";
import type { RawPoints } from "../wire/raw-points.js";
import { checkRange, endOfTime, firstTime } from "./bounds.js";
import type { MergeRule } from "./merge-points.js";
import { type Methods, unary, uuidText } from "./method.js";
import { refusal, serverCode } from "./refusal.js";
import type { Version } from "./stream-points.js";
import type { World } from "./world.js";

/** By the number of `MergePolicy`. */
const mergeRules: readonly MergeRule[] = ["never", "equal", "retain", "replace"];

/** The calls that change points. */
export function writeMethods(world: World): Methods {
  const reply = ({ major, minor }: Version) =>
    toBinary(InsertResponseSchema, create(InsertResponseSchema, { versionMajor: major, versionMinor: minor }));
  return {
    Insert: {
      kind: "unary",
      answer(bytes) {
        const { uuid, sync, mergePolicy, roundingBits, ...points } = readInsert(bytes);
        refuseRounding(roundingBits !== undefined);
        return reply(insert(world, uuidText(uuid), points, mergePolicy ?? 0, sync ?? false));
      },
    },
    ...(world.arrow
      ? {
          ArrowInsert: {
            kind: "unary",
            answer(bytes) {
              const { uuid, sync, mergePolicy, rounding, arrowBytes } = fromBinary(ArrowInsertParamsSchema, bytes);
              refuseRounding(hasBits(rounding));
              return reply(insert(world, uuidText(uuid), arrowPoints(arrowBytes), mergePolicy, sync));
            },
          },
        }
      : {}),
    Delete: unary(DeleteParamsSchema, DeleteResponseSchema, ({ uuid, start, end }) => {
      const { points } = world.store.get(uuidText(uuid));
      checkRange(start, end);
      const { major, minor } = points.delete(start, end);
      return { versionMajor: major, versionMinor: minor };
    }),
    Flush: unary(FlushParamsSchema, FlushResponseSchema, ({ uuid }) => {
      const { major, minor } = world.store.get(uuidText(uuid)).points.flush();
      return { versionMajor: major, versionMinor: minor };
    }),
  };
}

/** All of the points or none: everything is checked first. */
export function insert(world: World, uuid: string, points: RawPoints, policy: number, commit: boolean): Version {
  const stream = world.store.get(uuid);
  const { times, values } = points;
  const rule = mergeRules[policy];
  if (rule === undefined) throw refusal(serverCode.wrongArguments, `merge policy ${policy} is not known`);
  if (times.length > world.insertLimit) {
    throw refusal(serverCode.insertTooBig, `${times.length} points in one insert: at most ${world.insertLimit}`);
  }
  for (const time of times) {
    if (time < firstTime || time >= endOfTime - 1n) throw refusal(serverCode.invalidTimeRange, `time ${time} is out of bounds`);
  }
  for (const value of values) if (!Number.isFinite(value)) throw refusal(serverCode.badValue, `${value} can't be stored`);
  const version = stream.points.insert(points, rule, commit);
  if (times.length > 0) for (const subscriber of world.subscribers) subscriber(uuid, points);
  return version;
}

function arrowPoints(bytes: Uint8Array): RawPoints {
  const table = readTable(bytes);
  const [time, value] = table.schema.fields;
  const types = [time, value].map((field) => String(field?.type)).join(", ");
  if (time === undefined || value === undefined || table.schema.fields.length !== 2 || types !== "Timestamp<NANOSECOND, UTC>, Float64") {
    throw refusal(serverCode.wrongArguments, `the table has columns of ${types}: expected timestamp[ns, UTC] and float64`);
  }
  const points = { times: new BigInt64Array(table.numRows), values: new Float64Array(table.numRows) };
  let row = 0;
  for (const data of chunksOf(table, time.name)) {
    // By its type.
    points.times.set((data.values as BigInt64Array).subarray(0, data.length), row);
    // A time that is missing is out of bounds, and a value that is missing is none that can be stored.
    for (let k = 0; data.nullCount > 0 && k < data.length; k++) if (cellOf(data, k) === null) points.times[row + k] = endOfTime;
    row += data.length;
  }
  row = 0;
  for (const data of chunksOf(table, value.name)) {
    points.values.set((data.values as Float64Array).subarray(0, data.length), row);
    for (let k = 0; data.nullCount > 0 && k < data.length; k++) if (cellOf(data, k) === null) points.values[row + k] = Number.NaN;
    row += data.length;
  }
  return points;
}

function readTable(bytes: Uint8Array) {
  try {
    return fromIPC(bytes);
  } catch (error) {
    throw refusal(serverCode.wrongArguments, error instanceof Error ? error.message : String(error));
  }
}

function hasBits(rounding: RoundSpec | undefined): boolean {
  return rounding?.spec.case === "bits";
}

/** What the bits count is not documented, so that rounding by guess would damage points in silence. */
function refuseRounding(asked: boolean): void {
  if (asked) throw refusal(serverCode.notImplemented, "this server does not round points");
}
