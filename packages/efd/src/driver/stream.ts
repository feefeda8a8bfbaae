import type { Call, Description, Objects, StreamDriver } from "@sonde/core/connector";
import { sondeError } from "@sonde/core/connector";
import { timesOfFiled } from "../layout/archive.js";
import { fileOf, filesOf } from "../layout/files.js";
import { observedStore } from "../layout/observed-store.js";
import { Faults } from "../read/faults.js";
import { planRead, type ReadQuestion } from "../read/plan.js";
import { readPlan } from "../read/read.js";
import type { Session } from "../session.js";
import { followRows } from "../topic/follow.js";
import { newestRows } from "../topic/newest.js";
import { openTopic } from "../topic/topic.js";

/** Half the distance of two doubles that are seconds of this century: 2^-23 s. */
const accuracy = 120n;

export function topicDriver(session: Session, name: string): StreamDriver {
  const topic = openTopic(session, name);
  const planOf = async (question: ReadQuestion, call: Call) => planRead(name, await topic.shape(call), question, session.policy);

  return {
    id: name,
    name,
    kind: "series",

    async describe(call): Promise<Description> {
      const { schema, extent, kind } = await topic.describe(call);
      return { kind: "series", schema, extent, ...(kind === "raw" ? { accuracy } : {}) };
    },
    async *read({ range, columns }, call) {
      call.signal.throwIfAborted();
      const plan = await planOf({ range, columns }, call);
      yield* readPlan(session.archive, plan, new Faults(), call);
    },
    newest: {
      async *read({ rows, columns }, call) {
        call.signal.throwIfAborted();
        yield* newestRows(session, await planOf({ columns }, call), rows, new Faults(), call);
      },
    },
    objects: objectsOf(session, name),
    live: {
      async *follow({ from, columns }, call) {
        call.signal.throwIfAborted();
        yield* followRows(session, name, () => planOf({ columns }, call), from, call);
      },
    },
  };
}

/** The files; of each the times that its rows can have, by the folder that it is filed in. */
function objectsOf(session: Session, name: string): Objects {
  const { archive } = session;
  return {
    async *list(range, call) {
      call.signal.throwIfAborted();
      const observed = { ...archive, store: observedStore(archive.store, call.observe) };
      for await (const file of filesOf(observed, name, range, call)) {
        const { key, size, partition, offset, etag } = file;
        const metadata = {
          ...(partition === undefined ? {} : { partition }),
          ...(offset === undefined ? {} : { offset }),
          ...(etag === undefined ? {} : { etag }),
        };
        yield { key, range: timesOfFiled(file.filed, archive.lateness), bytes: size, metadata };
      }
    },
    async get(key, call) {
      call.signal.throwIfAborted();
      if (fileOf(archive, `${archive.base}${name}/`, { key, size: 0 }) === undefined) {
        throw sondeError("not-found", `topic '${name}' has no file '${key}': objects() lists those that there are`, { id: key });
      }
      return (await observedStore(archive.store, call.observe).get(key, { signal: call.signal })).bytes;
    },
  };
}
