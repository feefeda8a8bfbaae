import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { type Nanos, sondeError } from "@sonde/core";
import { follow, raceAbort } from "@sonde/core/bytes";
import type { CallOptions } from "../call.js";
import type { Endpoint } from "./endpoint.js";
import { callError, withDetails } from "./errors.js";

export type ChannelOptions = {
  readonly apiKey?: string | undefined;
  /** Certificates of authorities, PEM; the system's own without. */
  readonly ca?: string | undefined;
  /** For one answer, and between two messages of a stream that somebody waits for. */
  readonly timeout: Nanos;
  readonly maxMessageBytes: number;
};
export type ChannelCall = CallOptions & { readonly subject?: string | undefined; readonly closed: AbortSignal };
export type Received = { readonly bytes: Uint8Array };

/** HTTP/2 to one endpoint. Messages are bytes here; errors are already of this package. */
export interface Channel {
  readonly endpoint: Endpoint;
  unary(method: string, request: Uint8Array, call: ChannelCall): Promise<Received>;
  /** Reads on only as it is pulled; leaving it resets the stream. */
  stream(method: string, request: Uint8Array, call: ChannelCall): AsyncGenerator<Received, void, undefined>;
  /** A call in both directions, of which one message is ours. What comes may be long in coming, so that silence is no failure. */
  converse(method: string, request: Uint8Array, call: ChannelCall): AsyncGenerator<Received, void, undefined>;
  close(): void;
}

/** Room for messages under way: 100 kB each as servers send points. */
const flowControlWindow = 4 * 2 ** 20;

const toBytes = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asBytes = (bytes: Buffer): Uint8Array => bytes;

export function openChannel(endpoint: Endpoint, options: ChannelOptions): Channel {
  const { apiKey, timeout, maxMessageBytes } = options;
  const milliseconds = Number(timeout / 1_000_000n);
  const client = new Client(endpoint.target, credentialsOf(endpoint, options.ca), {
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": -1,
    "grpc.primary_user_agent": "sonde-btrdb",
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5000,
    // Calls that change something are not repeated behind our back.
    "grpc.enable_retries": 0,
    "grpc-node.flow_control_window": flowControlWindow,
  });

  const metadata = () => {
    const headers = new Metadata();
    // Not as call credentials: grpc-js refuses these on plaintext, which the options may allow.
    if (apiKey !== undefined) headers.set("authorization", `Bearer ${apiKey}`);
    return headers;
  };
  const begin = (method: string, { signal, closed, observe }: ChannelCall): Running => {
    const started = performance.now();
    const follower = follow(signal ? [signal, closed] : [closed]);
    const target = `${endpoint.target} ${method}`;
    let bytes = 0;
    return {
      target,
      follower,
      received: (length: number) => {
        bytes += length;
      },
      end: () => {
        follower.release();
        observe?.({ kind: "request", target, milliseconds: performance.now() - started, bytes });
      },
    };
  };

  return {
    endpoint,
    async unary(method, request, call) {
      call.closed.throwIfAborted();
      call.signal?.throwIfAborted();
      const running = begin(method, call);
      let cancel = () => {};
      try {
        const answer = new Promise<Received>((resolve, reject) => {
          const deadline = Date.now() + milliseconds;
          const under = client.makeUnaryRequest(path(method), toBytes, asBytes, request, metadata(), { deadline }, (error, reply) => {
            if (error) reject(callError(error, running.target, call.subject));
            else resolve({ bytes: reply ?? new Uint8Array(0) });
          });
          cancel = () => under.cancel();
        });
        const reply = await raceAbort(answer, running.follower.signal);
        running.received(reply.bytes.byteLength);
        return reply;
      } finally {
        cancel();
        running.end();
      }
    },
    stream(method, request, call) {
      const open = () => client.makeServerStreamRequest(path(method), toBytes, asBytes, request, metadata(), {});
      return messagesOf(open, begin, method, call, milliseconds);
    },
    converse(method, request, call) {
      const open = () => {
        const source = client.makeBidiStreamRequest(path(method), toBytes, asBytes, metadata(), {});
        source.write(request);
        return source;
      };
      return messagesOf(open, begin, method, call, undefined);
    },
    close: () => client.close(),
  };
}

type Source = AsyncIterable<unknown> & { on(event: "error", listener: () => void): unknown; cancel(): void };
type Running = {
  readonly target: string;
  readonly follower: ReturnType<typeof follow>;
  received(length: number): void;
  end(): void;
};

/** Messages as they are pulled; `silent` is how many milliseconds one may be in coming. */
async function* messagesOf(
  open: () => Source,
  begin: (method: string, call: ChannelCall) => Running,
  method: string,
  call: ChannelCall,
  silent: number | undefined,
): AsyncGenerator<Received, void, undefined> {
  call.closed.throwIfAborted();
  call.signal?.throwIfAborted();
  const running = begin(method, call);
  const { signal } = running.follower;
  const source = open();
  // What it says after it was left is nobody's concern, and would end the process.
  source.on("error", () => {});
  // Objects are what our deserialiser makes.
  const messages = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const timer = silent === undefined ? undefined : setTimeout(() => running.follower.abort(silence(running.target, silent)), silent);
      let next: IteratorResult<Uint8Array>;
      try {
        next = await raceAbort(messages.next(), signal);
      } catch (error) {
        throw !signal.aborted && isServiceError(error) ? callError(error, running.target, call.subject) : error;
      } finally {
        clearTimeout(timer);
      }
      if (next.done) return;
      running.received(next.value.byteLength);
      yield { bytes: next.value };
      signal.throwIfAborted();
    }
  } finally {
    source.cancel();
    running.end();
  }
}

const path = (method: string) => `/v5api.BTrDB/${method}`;

function credentialsOf({ tls }: Endpoint, ca: string | undefined) {
  if (!tls) return credentials.createInsecure();
  try {
    return ca === undefined ? credentials.createSsl() : credentials.createSsl(Buffer.from(ca));
  } catch (cause) {
    throw sondeError("options", "ca holds no certificate: give PEM text, or the path of a PEM file", { cause });
  }
}

function silence(target: string, milliseconds: number) {
  const message = `${target}: nothing came for ${milliseconds} ms: raise \`timeout\` if the server is slow`;
  return withDetails(sondeError("connection", message, { target, retryable: true }), { grpcStatus: status.DEADLINE_EXCEEDED });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}
