import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { CreateResponseSchema } from "../proto/btrdb_pb.js";
import { refusal, serverCode } from "./refusal.js";

type Answers = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A call of the service, from the bytes of its messages to the bytes of its answers. */
export type Method =
  | { readonly kind: "unary"; answer(request: Uint8Array): Uint8Array }
  | { readonly kind: "stream"; answers(request: Uint8Array): Answers }
  | { readonly kind: "duplex"; converse(requests: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> };
export type Methods = { readonly [name: string]: Method };

export function unary<Request extends DescMessage, Reply extends DescMessage>(
  requestSchema: Request,
  replySchema: Reply,
  answer: (request: MessageShape<Request>) => MessageInitShape<Reply>,
): Method {
  return { kind: "unary", answer: (bytes) => toBinary(replySchema, create(replySchema, answer(fromBinary(requestSchema, bytes)))) };
}

/** A streaming call whose answers are written by hand. */
export function streamed<Request extends DescMessage>(
  requestSchema: Request,
  answers: (request: MessageShape<Request>) => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Method {
  return { kind: "stream", answers: (bytes) => answers(fromBinary(requestSchema, bytes)) };
}

export function messages<Request extends DescMessage, Reply extends DescMessage>(
  requestSchema: Request,
  replySchema: Reply,
  answers: (request: MessageShape<Request>) => Iterable<MessageInitShape<Reply>>,
): Method {
  return streamed(requestSchema, function* (request) {
    for (const answer of answers(request)) yield toBinary(replySchema, create(replySchema, answer));
  });
}

/** A reply that only says what went wrong: the status has the same number in every reply. */
export function statusReply(code: number, message: string): Uint8Array {
  return toBinary(CreateResponseSchema, create(CreateResponseSchema, { stat: { code, msg: message } }));
}

/** The 16 bytes of a uuid as text. Rejects 421. */
export function uuidText(bytes: Uint8Array): string {
  if (bytes.byteLength !== 16) throw refusal(serverCode.wrongArguments, `a uuid has 16 bytes, not ${bytes.byteLength}`);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Rejects 421 for text that is no uuid. */
export function uuidBytes(text: string): Uint8Array {
  const hex = text.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw refusal(serverCode.wrongArguments, `'${text}' is no uuid`);
  return Uint8Array.from({ length: 16 }, (_, k) => Number.parseInt(hex.slice(2 * k, 2 * k + 2), 16));
}

/** The items in groups of at most `size`, and one empty group where there are none: every question gets an answer. */
export function* groups<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let group: Item[] = [];
  let any = false;
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    any = true;
    group = [];
  }
  if (group.length > 0 || !any) yield group;
}
