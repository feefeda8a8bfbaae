import { raceAbort, sondeError } from "@sonde/core/bytes";
import type { IClientOptions, MqttClient } from "mqtt";
import { brokerError } from "./errors.js";
import type { Mqtt } from "./load.js";

export type ConnectionOptions = {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** For the broker's first answer, in milliseconds. */
  readonly timeout: number;
  readonly load: () => Promise<Mqtt>;
  readonly onMessage: (topic: string, bytes: Uint8Array) => void;
  /** The connection is over, and nothing tries to make it again. */
  readonly onEnd: (error: unknown) => void;
};

/** How long a lost connection waits before it is made anew. */
const RECONNECT_MILLISECONDS = 1000;

/**
 * One connection for all who subscribe and publish: made when the first needs it, made anew when it breaks, with all subscriptions.
 * A broker that does not answer at first, and one that refuses the user later, ends it.
 */
export function brokerConnection(options: ConnectionOptions) {
  const { url, onMessage, onEnd } = options;
  let opening: Promise<MqttClient> | undefined;
  let closed = false;

  const open = async (): Promise<MqttClient> => {
    const mqtt = await options.load();
    const settings: IClientOptions = {
      // An id of its own: brokers disconnect who had it before.
      clientId: `sonde_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`,
      connectTimeout: options.timeout,
      reconnectPeriod: RECONNECT_MILLISECONDS,
      // Nothing is kept for a broker that is not there: who publishes is told.
      queueQoSZero: false,
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
    };
    const client = mqtt.connect(url, settings);
    client.on("message", (topic, payload) => onMessage(topic, new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength)));
    try {
      await firstAnswer(client, url);
    } catch (error) {
      client.end(true);
      throw error;
    }
    client.on("error", (error) => {
      const ours = brokerError(url, "the connection", error);
      if (ours.code !== "auth") return;
      opening = undefined;
      client.end(true);
      onEnd(ours);
    });
    return client;
  };

  return {
    /** Rejects `auth` where the broker refuses the user, `connection` where there is none, `unsupported` without the package `mqtt`. */
    async client(signal: AbortSignal): Promise<MqttClient> {
      signal.throwIfAborted();
      if (closed) throw sondeError("closed", `the connection to ${url} was closed`, { id: url });
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return raceAbort(opening, signal);
    },
    async close(): Promise<void> {
      if (closed) return;
      closed = true;
      onEnd(sondeError("closed", `the connection to ${url} was closed`, { id: url }));
      try {
        const client = await opening;
        await client?.endAsync(!client.connected);
      } catch {
        // It never came about.
      }
    },
  };
}

function firstAnswer(client: MqttClient, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      client.off("connect", connected);
      client.off("error", failed);
      client.off("close", ended);
      // Sockets may still complain about an end that is settled.
      client.on("error", () => {});
      act();
    };
    const connected = () => settle(resolve);
    const failed = (error: unknown) => settle(() => reject(brokerError(url, "the connection", error)));
    const ended = () => settle(() => reject(brokerError(url, "the connection", undefined)));
    client.on("connect", connected);
    client.on("error", failed);
    client.on("close", ended);
  });
}
