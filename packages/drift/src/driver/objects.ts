import { sondeError } from "@sonde/core";
import type { Objects } from "@sonde/core/connector";
import { packageName, parsePackageName, timeOfId } from "../package/key.js";
import type { DriverContext, TopicParts } from "./context.js";

/** Packages as stored. */
export function objectsOf({ session }: DriverContext, { topic }: TopicParts): Objects {
  return {
    async *list(range, call) {
      call.signal.throwIfAborted();
      if (range !== undefined && range.start >= range.end) return;
      for await (const key of session.packages().keys(topic, { range }, call)) {
        const time = timeOfId(key.id);
        const size = key.size === undefined ? {} : { bytes: key.size };
        yield { key: packageName(key), range: { start: time, end: time + 1n }, ...size };
      }
    },
    async get(name, call) {
      call.signal.throwIfAborted();
      const key = parsePackageName(name);
      if (key === undefined || key.topic !== topic) {
        throw sondeError("not-found", `no package '${name}' in topic '${topic}': list its objects`, { id: name });
      }
      return session.packages().get(key, call);
    },
  };
}
