import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SubscriptionRespSchema, type SubscriptionUpdate, SubscriptionUpdateOp, SubscriptionUpdateSchema } from "../proto/btrdb_pb.js";
import type { RawPoints } from "../wire/raw-points.js";
import { pointSchema, rawIpc } from "./arrow-tables.js";
import { type Methods, uuidBytes, uuidText } from "./method.js";
import type { World } from "./world.js";

/** Points as they are inserted into the streams that the client adds; those that it has not taken yet wait. */
export function subscribeMethods(world: World): Methods {
  return {
    Subscribe: {
      kind: "duplex",
      async *converse(requests, signal) {
        const wanted = new Set<string>();
        const waiting: { uuid: string; points: RawPoints }[] = [];
        let failure: { error: unknown } | undefined;
        let wake = (): void => {};
        const subscriber = (uuid: string, points: RawPoints) => {
          if (!wanted.has(uuid)) return;
          waiting.push({ uuid, points });
          wake();
        };
        const update = ({ op, uuid }: SubscriptionUpdate) => {
          for (const text of uuid.map(uuidText)) {
            if (op === SubscriptionUpdateOp.REMOVE_UUIDS) wanted.delete(text);
            else wanted.add(world.store.get(text).uuid);
          }
        };
        const fail = (error: unknown) => {
          failure ??= { error };
          wake();
        };
        const listen = async () => {
          for await (const bytes of requests) {
            // Leaving the loop would end the call in both directions, before anybody was told why.
            try {
              update(fromBinary(SubscriptionUpdateSchema, bytes));
            } catch (error) {
              fail(error);
            }
          }
        };
        const onAbort = () => wake();
        signal.addEventListener("abort", onAbort);
        world.subscribers.add(subscriber);
        listen().catch(fail);
        try {
          while (!signal.aborted) {
            if (failure) throw failure.error;
            const next = waiting.shift();
            if (next === undefined) {
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
              continue;
            }
            const arrowBytes = await rawIpc(pointSchema(["value"]), next.points);
            yield toBinary(SubscriptionRespSchema, create(SubscriptionRespSchema, { uuid: uuidBytes(next.uuid), arrowBytes }));
          }
        } finally {
          world.subscribers.delete(subscriber);
          signal.removeEventListener("abort", onAbort);
        }
      },
    },
  };
}
