import { nowNanos } from "@sonde/core";
import { raceAbort, sondeError } from "@sonde/core/bytes";
import { originOf } from "../origin.js";
import type { BackEndCall, BusMessage, DeviceSettings, MessageBus } from "../types.js";
import { brokerConnection } from "./connection.js";
import { brokerError } from "./errors.js";
import { checkFilter, checkTopic, matchesFilter } from "./filter.js";
import { loadMqtt } from "./load.js";
import { type MessageQueue, messageQueue } from "./queue.js";

const PROTOCOLS = ["mqtt:", "mqtts:", "ws:", "wss:"];

/** Packages as they happen, through the device's MQTT broker or another one. Nothing is connected before the first call. */
export function mqttBus(device: DeviceSettings, { load = loadMqtt } = {}): MessageBus {
  const { broker = {}, timeout } = device;
  const url = brokerUrl(broker.url ?? originOf(device, "mqtt", device.ports.mqtt));
  const name = `MQTT at ${url}`;
  const readers = new Set<{ readonly filters: readonly string[]; readonly queue: MessageQueue }>();
  const connection = brokerConnection({
    ...{ url, load, username: broker.username, password: broker.password },
    timeout: Math.min(Number(timeout / 1_000_000n), 2 ** 31 - 1),
    onMessage(topic, bytes) {
      const message: BusMessage = { topic, bytes, received: nowNanos() };
      for (const { filters, queue } of readers) if (filters.some((filter) => matchesFilter(filter, topic))) queue.push(message);
    },
    onEnd(error) {
      for (const { queue } of readers) queue.fail(error);
    },
  });
  const connected = async ({ signal, observe }: BackEndCall) => {
    const started = performance.now();
    const client = await connection.client(signal);
    observe?.({ kind: "request", target: url, milliseconds: performance.now() - started, bytes: 0 });
    return client;
  };

  return {
    name,
    async info(call) {
      await connected(call);
      return { server: "MQTT", broker: url };
    },

    async *subscribe(asked, call) {
      call.signal.throwIfAborted();
      const filters = typeof asked === "string" ? [asked] : [...new Set(asked)];
      for (const filter of filters) checkFilter(filter);
      const shown = filters.join(", ");
      const client = await connected(call);
      const reader = { filters, queue: messageQueue(`${shown} at ${url}`) };
      readers.add(reader);
      try {
        const asking = Promise.allSettled(filters.map((filter) => client.subscribeAsync(filter, { qos: 0 })));
        const refusals = (await raceAbort(asking, call.signal)).flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
        // Of several names of one thing the user may know only one.
        if (refusals.length === filters.length) throw brokerError(url, `a subscription to ${shown}`, refusals[0]);
        for (;;) yield await reader.queue.take(call.signal);
      } finally {
        readers.delete(reader);
        // Others may still read by such a filter. Nobody waits for the answer, which may never come.
        const alone = filters.filter((filter) => ![...readers].some((other) => other.filters.includes(filter)));
        if (alone.length > 0) client.unsubscribeAsync(alone).catch(() => {});
      }
    },

    async publish(topic, bytes, call) {
      call.signal.throwIfAborted();
      checkTopic(topic);
      const client = await connected(call);
      const started = performance.now();
      try {
        // Its types say Buffer, and it writes any bytes.
        await raceAbort(client.publishAsync(topic, bytes as Parameters<typeof client.publishAsync>[1], { qos: 0 }), call.signal);
      } catch (error) {
        call.signal.throwIfAborted();
        throw brokerError(url, `a message to ${topic}`, error);
      }
      call.observe?.({ kind: "request", target: url, milliseconds: performance.now() - started, bytes: bytes.length });
    },

    close: () => connection.close(),
  };
}

/** Rejects with `options` for what is no broker's, and for one with a password, which would be shown. */
function brokerUrl(text: string): string {
  const refuse = (message: string) => {
    throw sondeError("options", `the URL of the broker ${message}`, { issues: [{ path: "broker.url", message }] });
  };
  if (!URL.canParse(text)) return refuse("is none: write mqtt://host:1883, mqtts://host:8883, ws://host:9001 or wss://host/path");
  const url = new URL(text);
  if (!PROTOCOLS.includes(url.protocol)) return refuse(`begins with ${PROTOCOLS.join(", ")}, not with ${url.protocol}`);
  if (url.username !== "" || url.password !== "")
    return refuse("must hold no user and password: give `broker.username` and `broker.password`");
  return url.href;
}
