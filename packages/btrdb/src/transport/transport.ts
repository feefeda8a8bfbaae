import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { sondeError } from "@sonde/core";
import { delay, retry, semaphore, turn } from "@sonde/core/bytes";
import type { CallOptions } from "../call.js";
import { type Channel, openChannel, type Received } from "./channel.js";
import { type BtrdbError, serverError } from "./errors.js";

/** A method of the service, as the generated code describes it. */
export type Method<Input extends DescMessage, Output extends DescMessage> = {
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
};
export type RequestOptions = CallOptions & {
  /** The id that the request is about: it stands in errors. */
  readonly subject?: string | undefined;
  /** Whether the request may be made again when the server was away. It is where it changes nothing. */
  readonly repeatable?: boolean | undefined;
};
/** Of a reply of the generated code: what went wrong, if anything. */
type Replied = { readonly stat?: { readonly code: number; readonly msg: string } | undefined };

/** Requests of one client: bounded, retried where that is harmless, with every error translated. */
export interface Transport {
  readonly endpoint: Channel["endpoint"];
  /** One answer. Checks the code inside it. */
  ask<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    request: MessageInitShape<I>,
    options: RequestOptions,
  ): Promise<MessageShape<O>>;
  /** Likewise, with a request that is encoded already. */
  askBytes<O extends DescMessage>(method: Method<DescMessage, O>, request: Uint8Array, options: RequestOptions): Promise<MessageShape<O>>;
  /** Answers as they come, decoded and checked; made again only while none has come. */
  list<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    request: MessageInitShape<I>,
    options: RequestOptions,
  ): AsyncGenerator<MessageShape<O>, void, undefined>;
  /** The bytes of answers as they come: one attempt, nothing checked. */
  receive(method: string, request: Uint8Array, options: RequestOptions): AsyncGenerator<Uint8Array, void, undefined>;
  /** Likewise, of a call in both directions: its answers may be as long in coming as they like. */
  converse(method: string, request: Uint8Array, options: RequestOptions): AsyncGenerator<Uint8Array, void, undefined>;
  /** Repeats `task` while its errors say that this may help, at another endpoint where there are several. */
  retrying<T>(task: () => Promise<T>, options: RequestOptions): Promise<T>;
  /** Turns to the next endpoint, where there are several. */
  next(): void;
  /** After the `failures`th failure in a row: waits, or rejects with the error itself where trying again is of no use. */
  recover(error: unknown, failures: number, options: RequestOptions): Promise<void>;
  /** The code inside an answer as an error. */
  check(status: { readonly code: number; readonly message: string } | undefined, options: RequestOptions, method: string): void;
  /** Idempotent. Calls under way and later ones reject `closed`. */
  close(): void;
}

export type TransportOptions = Parameters<typeof openChannel>[1] & {
  readonly concurrency: number;
  readonly attempts: number;
};

/** Connects lazily: nothing is sent before the first request. */
export function openTransport(endpoints: readonly Channel["endpoint"][], options: TransportOptions): Transport {
  const channels = endpoints.map((endpoint) => openChannel(endpoint, options));
  const permits = semaphore(options.concurrency);
  const closing = new AbortController();
  let current = 0;

  const channel = (): Channel => {
    const chosen = channels[current];
    if (chosen === undefined) throw sondeError("options", "BTrDB needs an endpoint: write host:port", {});
    return chosen;
  };
  const target = (method: string) => `${channel().endpoint.target} ${method}`;

  const turnAway = (observe: CallOptions["observe"]) => {
    transport.next();
    observe?.({ kind: "retry", target: channel().endpoint.target, milliseconds: 0, bytes: 0 });
  };

  async function* bytesOf(kind: "stream" | "converse", method: string, request: Uint8Array, asked: RequestOptions) {
    const signal = asked.signal ?? closing.signal;
    for await (const { bytes } of channel()[kind](method, request, { ...asked, closed: closing.signal })) {
      const wait = turn(signal);
      if (wait) await wait;
      yield bytes;
    }
  }

  const transport: Transport = {
    get endpoint() {
      return channel().endpoint;
    },
    check(status, { subject }, method) {
      if (status !== undefined && status.code !== 0) throw serverError(status.code, status.message, target(method), subject);
    },
    retrying(task, { signal = closing.signal, observe, repeatable = true }) {
      return retry(task, {
        signal,
        attempts: repeatable ? options.attempts : 1,
        shouldRetry: isTransient,
        onRetry: () => turnAway(observe),
      });
    },
    next() {
      current = (current + 1) % channels.length;
    },
    async recover(error, failures, { signal = closing.signal, observe }) {
      if (signal.aborted || !isTransient(error) || failures >= options.attempts) throw error;
      turnAway(observe);
      await delay(BigInt(Math.ceil(Math.random() * 2 ** failures * 1e8)), { signal });
    },
    ask: (method, request, asked) => transport.askBytes(method, toBinary(method.input, create(method.input, request)), asked),
    askBytes(method, request, asked) {
      const once = async () => {
        const { name, output } = method;
        const send = () => channel().unary(name, request, { ...asked, closed: closing.signal });
        const { bytes } = await permits.run(send, { signal: asked.signal ?? closing.signal });
        const reply = decoded(output, bytes, target(name));
        transport.check(statusOf(reply), asked, name);
        return reply;
      };
      return transport.retrying(once, asked);
    },
    async *list(method, request, asked) {
      const { name, input, output } = method;
      const bytes = toBinary(input, create(input, request));
      const begin = async () => {
        const messages = transport.receive(name, bytes, asked);
        try {
          const first = await messages.next();
          if (first.done) return { messages, first: undefined };
          const reply = decoded(output, first.value, target(name));
          transport.check(statusOf(reply), asked, name);
          return { messages, first: reply };
        } catch (error) {
          await messages.return();
          throw error;
        }
      };
      const { messages, first } = await transport.retrying(begin, asked);
      try {
        if (first === undefined) return;
        yield first;
        for await (const message of messages) {
          const reply = decoded(output, message, target(name));
          transport.check(statusOf(reply), asked, name);
          yield reply;
        }
      } finally {
        await messages.return();
      }
    },
    receive: (method, request, asked) => bytesOf("stream", method, request, asked),
    converse: (method, request, asked) => bytesOf("converse", method, request, asked),
    close() {
      if (closing.signal.aborted) return;
      const { target: id } = channel().endpoint;
      closing.abort(sondeError("closed", `the connection to ${id} was closed: connect again`, { id }));
      for (const one of channels) one.close();
    },
  };
  return transport;
}

/** Whether trying again may help: not where time ran out, which would double the wait. */
export function isTransient(error: unknown): boolean {
  // Read only where there are such details.
  const { code, retryable, grpcStatus } = (error instanceof Object ? error : {}) as Partial<BtrdbError> & { retryable?: boolean };
  return code === "connection" && retryable === true && grpcStatus !== 4;
}

function statusOf(reply: unknown): { readonly code: number; readonly message: string } | undefined {
  // Every reply of the service has a field `stat`.
  const { stat } = reply as Replied;
  return stat && { code: stat.code, message: stat.msg };
}

function decoded<O extends DescMessage>(output: O, bytes: Received["bytes"], target: string): MessageShape<O> {
  try {
    return fromBinary(output, bytes);
  } catch (cause) {
    throw sondeError("format", `${target}: the answer is damaged, or none of BTrDB: ${cause instanceof Error ? cause.message : ""}`, {
      key: target,
      cause,
    });
  }
}
