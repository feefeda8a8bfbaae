import { fromBinary } from "@bufbuild/protobuf";
import { type Nanos, sondeError } from "@sonde/core";
import { IntervalTriggerMessageSchema, TriggerMessageSchema } from "../proto/trigger_pb.js";
import type { DriftPackage } from "./package.js";
import { nanosOf } from "./timestamp.js";

/** What asked other parts of a device to act: an instant, or an interval `[start, stop)`. */
export type Trigger =
  | { readonly kind: "instant"; readonly time?: Nanos }
  | { readonly kind: "interval"; readonly start?: Nanos; readonly stop?: Nanos };

/** The triggers among the payloads of a package, in their order; none for a package of data. Throws `format` where one is damaged. */
export function triggersOf(pkg: DriftPackage): readonly Trigger[] {
  return pkg.payloads.flatMap(({ type, data }): readonly Trigger[] => {
    try {
      if (type === TriggerMessageSchema.typeName) {
        const time = nanosOf(fromBinary(TriggerMessageSchema, data).timestamp, "the trigger's time");
        return [{ kind: "instant", ...(time === undefined ? {} : { time }) }];
      }
      if (type !== IntervalTriggerMessageSchema.typeName) return [];
      const message = fromBinary(IntervalTriggerMessageSchema, data);
      const start = nanosOf(message.startTimestamp, "the trigger's start");
      const stop = nanosOf(message.stopTimestamp, "the trigger's stop");
      return [{ kind: "interval", ...(start === undefined ? {} : { start }), ...(stop === undefined ? {} : { stop }) }];
    } catch (cause) {
      throw sondeError("format", `the trigger in package ${pkg.name} is damaged`, { key: pkg.name, cause });
    }
  });
}
