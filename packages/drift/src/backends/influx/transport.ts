import { createTextDecoderCombiner, type Transport } from "@influxdata/influxdb-client";
import { discardBody, request, sondeError } from "@sonde/core/bytes";
import { originOf } from "../origin.js";
import type { BackEndCall, DeviceSettings } from "../types.js";

/** The longest line, and with it what is held back of an answer until it ends. */
const LONGEST_LINE = 4 * 2 ** 20;
const LINE_FEED = 10;
const QUOTE = 34;

/** Where a device's InfluxDB is; shown in errors. */
export const influxUrl = (device: Pick<DeviceSettings, "host" | "secure" | "ports">): string =>
  originOf(device, "http", device.ports.influx);

/**
 * What carries the questions of InfluxDB's own client: the `fetch` that the user gave, one signal, one time-out, typed errors. The client's
 * own is bound to Node's `http`, knows no signal and tells failures by classes.
 */
export function influxTransport(
  device: DeviceSettings,
  { signal, observe }: BackEndCall,
  onVersion?: (version: string) => void,
): Transport {
  const { password, fetch, headers, timeout } = device;
  const origin = influxUrl(device);
  return {
    chunkCombiner: createTextDecoderCombiner(),
    async *iterate(path, body: unknown) {
      const response = await request(`${origin}${path}`, {
        ...{ signal, observe, fetch, idleTimeout: timeout },
        method: "POST",
        headers: { ...headers, authorization: `Token ${password}`, accept: "application/csv", "content-type": "application/json" },
        body: String(body),
        explain: (text) => messageOf(text)?.replaceAll(password, "…"),
      });
      const version = response.headers.get("x-influxdb-version");
      if (version !== null) onVersion?.(version);
      try {
        const reader = response.body?.getReader();
        const heldAfter = lineLength();
        for (;;) {
          const step = await reader?.read();
          if (step === undefined || step.done) return;
          const held = heldAfter(step.value);
          if (held > LONGEST_LINE) {
            const what = `a line of the answer of ${origin}`;
            throw sondeError("limit", `${what} has more than ${LONGEST_LINE} bytes`, { what, asked: held, allowed: LONGEST_LINE });
          }
          yield step.value;
        }
      } finally {
        discardBody(response);
      }
    },
    send: unused,
    request: unused,
  };
}

/** How long the line under way is after each piece; line feeds in quotes belong to it. The client copies it anew for every piece. */
function lineLength(): (piece: Uint8Array) => number {
  let quoted = false;
  let held = 0;
  return (piece) => {
    for (const byte of piece) {
      held += 1;
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_FEED && !quoted) held = 0;
    }
    return held;
  };
}

/** Queries are iterated; nothing is written. */
function unused(): never {
  throw sondeError("unsupported", "this client of InfluxDB only reads", { what: "write" });
}

/** Refusals are `{"code", "message"}`. */
function messageOf(text: string): string | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return said instanceof Object && "message" in said && typeof said.message === "string" ? said.message : undefined;
  } catch {
    return undefined;
  }
}
