import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { fromIPC, sondeError } from "@sonde/core";
import { chunksOf } from "@sonde/core/connector";
import { ArrowRawValuesResponseSchema, SubscriptionRespSchema } from "../proto/btrdb_pb.js";
import type { ReplyHead } from "../wire/status.js";
import { type PointColumns, type PointShape, type ValueColumn, withoutEmpty } from "./shape.js";

/**
 * A reply of the Arrow calls, which are all alike: its head, and the columns of each batch in the IPC stream that it carries. Rejects
 * `format` for types that are none of the shape's.
 */
export function readArrow(message: Uint8Array, shape: PointShape): ReplyHead & { readonly parts: readonly PointColumns[] } {
  const reply = decoded(ArrowRawValuesResponseSchema, message);
  return {
    ...statusOf(reply.stat),
    versionMajor: reply.versionMajor,
    versionMinor: reply.versionMinor,
    parts: partsOf(reply.arrowBytes, shape),
  };
}

/** Points that a subscription tells of, and of which stream they are. */
export function readSubscription(
  message: Uint8Array,
  shape: PointShape,
): Pick<ReplyHead, "status"> & { readonly uuid: Uint8Array; readonly parts: readonly PointColumns[] } {
  const { stat, uuid, arrowBytes } = decoded(SubscriptionRespSchema, message);
  return { ...statusOf(stat), uuid, parts: partsOf(arrowBytes, shape) };
}

function statusOf(stat: { readonly code: number; readonly msg: string } | undefined): Pick<ReplyHead, "status"> {
  return stat === undefined ? {} : { status: { code: stat.code, message: stat.msg } };
}

/** Columns are told by their place, as servers name them differently. */
function partsOf(arrowBytes: Uint8Array, shape: PointShape): readonly PointColumns[] {
  if (arrowBytes.byteLength === 0) return [];
  const table = fromIPC(arrowBytes);
  const wanted = shape.allocate(0);
  const names = table.schema.fields.map(({ name }) => name);
  if (names.length !== wanted.values.length + 1) {
    throw sondeError(
      "format",
      `an Arrow reply of BTrDB has the columns ${names.join(", ")}, ${wanted.values.length + 1} were expected`,
      {},
    );
  }
  return table.batches.map((batch) => {
    const columns = names.map((name) => {
      const data = chunksOf(batch, name)[0];
      if (data === undefined || data.nullCount > 0) throw sondeError("format", `column '${name}' of an Arrow reply of BTrDB has nulls`, {});
      return (data.values as ArrayLike<unknown> & { subarray(from: number, to: number): unknown }).subarray(0, data.length);
    });
    const [times, ...values] = columns;
    const fit = times instanceof BigInt64Array && values.every((column, index) => alike(column, wanted.values[index]));
    if (!fit) throw sondeError("format", `an Arrow reply of BTrDB has other types than points: ${table.schema.fields.join(", ")}`, {});
    // Told by the constructors just compared.
    return withoutEmpty({ times, values: values as ValueColumn[] });
  });
}

function alike(column: unknown, wanted: ValueColumn | undefined): boolean {
  return column instanceof Object && column.constructor === wanted?.constructor;
}

function decoded<S extends DescMessage>(schema: S, message: Uint8Array): MessageShape<S> {
  try {
    return fromBinary(schema, message);
  } catch (cause) {
    throw sondeError("format", "damaged BTrDB message around an Arrow reply: read it again", { cause });
  }
}
