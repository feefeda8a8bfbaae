import { createServer, type Socket } from "node:net";
import { matchesFilter } from "../../backends/mqtt/filter.js";
import {
  CONNACK,
  CONNECT,
  DISCONNECT,
  fieldsOf,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBLISH,
  packetOf,
  packetSplitter,
  SUBACK,
  SUBSCRIBE,
  textField,
  UNSUBACK,
  UNSUBSCRIBE,
} from "./packets.js";

export type BrokerOptions = {
  /** Who may connect; anybody without it. */
  readonly user?: { readonly username: string; readonly password: string } | undefined;
  /** Filters that nobody may subscribe to. */
  readonly forbidden?: readonly string[] | undefined;
};

/** An MQTT 3.1.1 broker in this process, over TCP on a free port of 127.0.0.1; it serves quality of service 0, and takes 1. */
export interface Broker extends AsyncDisposable {
  readonly port: number;
  /** Filters of all connections. */
  readonly subscriptions: readonly string[];
  /** What was published to it so far. */
  readonly published: readonly { readonly topic: string; readonly bytes: Uint8Array }[];
  readonly connections: number;
  /** Sends a message to all whose filters match. Returns to how many. */
  publish(topic: string, bytes: Uint8Array): number;
  /** Cuts every connection, as when a network fails; they may come again. */
  cut(): void;
  /** Another user from now on. */
  user: BrokerOptions["user"];
  close(): Promise<void>;
}

const MOST = 256 * 2 ** 20;

/**
 * @example
 * ```ts
 * const broker = await startBroker();
 * broker.publish("drift/acc-5", packageBytes);
 * ```
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const filtersOf = new Map<Socket, Set<string>>();
  const published: { readonly topic: string; readonly bytes: Uint8Array }[] = [];
  const state = { user: options.user };

  const send = (topic: string, bytes: Uint8Array): number => {
    let receivers = 0;
    for (const [socket, filters] of filtersOf) {
      if (![...filters].some((filter) => matchesFilter(filter, topic))) continue;
      socket.write(packetOf(PUBLISH, 0, textField(topic), bytes));
      receivers += 1;
    }
    return receivers;
  };

  const answer = (socket: Socket, filters: Set<string>, { type, flags, body }: ReturnType<ReturnType<typeof packetSplitter>>[number]) => {
    const fields = fieldsOf(body);
    switch (type) {
      case CONNECT: {
        const code = refusalOf(fields, state.user);
        socket.write(packetOf(CONNACK, 0, Uint8Array.of(0, code)));
        if (code === 0) filtersOf.set(socket, filters);
        else socket.end();
        return;
      }
      case PUBLISH: {
        const topic = fields.text();
        const quality = (flags >> 1) & 3;
        const id = quality > 0 ? fields.short() : 0;
        const bytes = fields.rest();
        if (quality > 0) socket.write(packetOf(PUBACK, 0, Uint8Array.of(id >> 8, id & 255)));
        published.push({ topic, bytes });
        send(topic, bytes);
        return;
      }
      case SUBSCRIBE: {
        const id = fields.short();
        const grants: number[] = [];
        while (fields.more()) {
          const filter = fields.text();
          fields.byte();
          const allowed = !options.forbidden?.includes(filter);
          if (allowed) filters.add(filter);
          grants.push(allowed ? 0 : 0x80);
        }
        socket.write(packetOf(SUBACK, 0, Uint8Array.of(id >> 8, id & 255, ...grants)));
        return;
      }
      case UNSUBSCRIBE: {
        const id = fields.short();
        while (fields.more()) filters.delete(fields.text());
        socket.write(packetOf(UNSUBACK, 0, Uint8Array.of(id >> 8, id & 255)));
        return;
      }
      case PINGREQ:
        socket.write(packetOf(PINGRESP, 0));
        return;
      case DISCONNECT:
        socket.end();
    }
  };

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const split = packetSplitter(MOST);
    const filters = new Set<string>();
    sockets.add(socket);
    socket.on("data", (piece) => {
      try {
        for (const packet of split(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))) answer(socket, filters, packet);
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      filtersOf.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async () => {
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    cut();
    await ended;
  };
  return {
    port: typeof address === "object" && address ? address.port : 0,
    get subscriptions() {
      return [...filtersOf.values()].flatMap((filters) => [...filters]);
    },
    published,
    get connections() {
      return filtersOf.size;
    },
    publish: send,
    cut,
    get user() {
      return state.user;
    },
    set user(user) {
      state.user = user;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The return code of CONNACK: 0, 1 for another protocol, 4 for a wrong user. MQTT 3.1.1, 3.1 and 3.2.2.3. */
function refusalOf(fields: ReturnType<typeof fieldsOf>, user: BrokerOptions["user"]): number {
  if (fields.text() !== "MQTT" || fields.byte() !== 4) return 1;
  const flags = fields.byte();
  fields.short();
  fields.text();
  if (flags & 4) {
    fields.text();
    fields.text();
  }
  const username = flags & 128 ? fields.text() : undefined;
  const password = flags & 64 ? fields.text() : undefined;
  return user === undefined || (user.username === username && user.password === password) ? 0 : 4;
}
