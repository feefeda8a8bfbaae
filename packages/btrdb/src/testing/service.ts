import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type MethodDefinition,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { BTrDB } from "../proto/btrdb_pb.js";
import type { Fault, Faults } from "./faults.js";
import { type Method, type Methods, statusReply } from "./method.js";
import { Refusal } from "./refusal.js";

export type Hooks = {
  readonly apiKey: string | undefined;
  readonly faults: Faults;
  /** Each call as it comes in. */
  readonly onCall: (method: string) => void;
  /** Each call that was answered without an error, before its answer is sent. */
  readonly onAnswer: (method: string, request: Uint8Array) => void;
  readonly kill: () => void;
};

type Failure = { readonly code: number; readonly details: string };
type WriteCall = ServerWritableStream<Buffer, Uint8Array> | ServerDuplexStream<Buffer, Uint8Array>;

/** Messages stay bytes: each method reads and writes its own. */
export function serviceDefinition(): ServiceDefinition {
  const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Object.fromEntries(
    BTrDB.methods.map(({ name, methodKind }): [string, MethodDefinition<Uint8Array, Uint8Array>] => [
      name,
      {
        path: `/${BTrDB.typeName}/${name}`,
        requestStream: methodKind === "bidi_streaming",
        responseStream: methodKind !== "unary",
        requestSerialize: asIs,
        requestDeserialize: (bytes) => bytes,
        responseSerialize: asIs,
        responseDeserialize: (bytes) => bytes,
      },
    ]),
  );
}

/** The handlers of gRPC for the methods; calls without one are answered UNIMPLEMENTED. */
export function implementation(methods: Methods, hooks: Hooks): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, handler(name, method, hooks)]));
}

function handler(
  name: string,
  method: Method,
  hooks: Hooks,
): handleUnaryCall<Buffer, Uint8Array> | handleServerStreamingCall<Buffer, Uint8Array> | handleBidiStreamingCall<Buffer, Uint8Array> {
  if (method.kind === "unary") {
    return (call: ServerUnaryCall<Buffer, Uint8Array>, reply) => {
      answerOnce(name, method.answer, call, hooks).then(
        (bytes) => reply(null, bytes),
        (error: unknown) => reply(failureOf(error)),
      );
    };
  }
  if (method.kind === "stream") {
    return (call: ServerWritableStream<Buffer, Uint8Array>) => {
      void answerMany(name, call, hooks, () => method.answers(call.request));
    };
  }
  return (call: ServerDuplexStream<Buffer, Uint8Array>) => {
    void answerMany(name, call, hooks, (signal) => method.converse(call, signal));
  };
}

async function answerOnce(
  name: string,
  answer: (request: Uint8Array) => Uint8Array,
  call: ServerUnaryCall<Buffer, Uint8Array>,
  hooks: Hooks,
): Promise<Uint8Array> {
  const fault = await begin(name, call.metadata, hooks);
  try {
    if (fault?.effect !== undefined && fault.effect !== "truncate") strike(fault, hooks);
    const bytes = answer(call.request);
    hooks.onAnswer(name, call.request);
    return fault?.effect === "truncate" ? bytes.subarray(0, bytes.byteLength >> 1) : bytes;
  } catch (error) {
    return refused(error);
  }
}

async function answerMany(
  name: string,
  call: WriteCall,
  hooks: Hooks,
  answers: (signal: AbortSignal) => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  call.once("cancelled", () => controller.abort());
  call.once("close", () => controller.abort());
  try {
    const fault = await begin(name, call.metadata, hooks);
    let left = fault?.effect === undefined ? Number.POSITIVE_INFINITY : (fault.after ?? 0);
    for await (let bytes of stepsOf(answers, signal)) {
      if (signal.aborted) return;
      if (left-- <= 0 && fault) {
        if (fault.effect === "truncate") bytes = bytes.subarray(0, bytes.byteLength >> 1);
        else if (typeof fault.effect === "object" && "status" in fault.effect)
          bytes = statusReply(fault.effect.status, fault.effect.message ?? "");
        else strike(fault, hooks);
      }
      if (!call.write(bytes)) await drained(call, signal);
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) call.emit("error", failureOf(error));
  }
}

/** The answers; a refusal is the last of them, as a status. */
async function* stepsOf(
  answers: (signal: AbortSignal) => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* answers(signal);
  } catch (error) {
    yield refused(error);
  }
}

async function begin(name: string, metadata: Metadata, hooks: Hooks): Promise<Fault | undefined> {
  hooks.onCall(name);
  if (hooks.apiKey !== undefined) {
    const given = String(metadata.get("authorization")[0] ?? "");
    if (!/^bearer /i.test(given) || given.slice("bearer ".length) !== hooks.apiKey)
      throw failure(status.UNAUTHENTICATED, "invalid api key");
  }
  const fault = hooks.faults.meet(name);
  if (fault?.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delay));
  return fault;
}

function strike(fault: Fault, hooks: Hooks): never {
  if (fault.effect === "kill") hooks.kill();
  if (typeof fault.effect === "object" && "grpc" in fault.effect) throw failure(fault.effect.grpc, fault.effect.message ?? "");
  if (typeof fault.effect === "object") throw new Refusal(fault.effect.status, fault.effect.message ?? "");
  throw failure(status.UNAVAILABLE, "the connection was cut");
}

function refused(error: unknown): Uint8Array {
  if (error instanceof Refusal) return statusReply(error.code, error.message);
  throw error;
}

function failure(code: number, details: string): Error & Failure {
  return Object.assign(new Error(details), { code, details });
}

/** What has no code of its own is a request that can't be read. */
function failureOf(error: unknown): Failure {
  if (error instanceof Error && "code" in error && typeof error.code === "number") return { code: error.code, details: error.message };
  return { code: status.INVALID_ARGUMENT, details: error instanceof Error ? error.message : String(error) };
}

function drained(call: WriteCall, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    call.once("drain", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
