import { create, toBinary } from "@bufbuild/protobuf";
import { toIPC } from "@sonde/core";
import { arrowType, batchOf, fieldOf, schemaOf } from "@sonde/core/connector";
import { ArrowInsertParamsSchema, BTrDB, type MergePolicy } from "../proto/btrdb_pb.js";
import { writeInsert } from "../wire/insert.js";
import type { RawPoints } from "../wire/raw-points.js";

export type InsertRequest = {
  readonly uuid: Uint8Array;
  readonly points: RawPoints;
  readonly mergePolicy: MergePolicy;
  readonly sync: boolean;
};

/** What servers take: these two columns, neither of them nullable, and nothing else in the schema. */
const schema = schemaOf([fieldOf("time", arrowType.nanos()), fieldOf("value", arrowType.float64())]);

/** The call that writes points and its message: in Arrow's form, 16 bytes a point, or as messages of about 20. */
export async function encodeInsert({ uuid, points, mergePolicy, sync }: InsertRequest, arrow: boolean) {
  if (!arrow) {
    return { method: BTrDB.method.insert, message: writeInsert({ uuid, ...points, mergePolicy, ...(sync ? { sync } : {}) }) };
  }
  const arrowBytes = await toIPC(batchOf(schema, { time: points.times, value: points.values }));
  const message = create(ArrowInsertParamsSchema, { uuid, sync, mergePolicy, arrowBytes });
  return { method: BTrDB.method.arrowInsert, message: toBinary(ArrowInsertParamsSchema, message) };
}
