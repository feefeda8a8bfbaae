/** A control packet: its type and flags, and what follows its length. MQTT 3.1.1, 2. */
export interface ControlPacket {
  readonly type: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;

/** Splits bytes as they come into packets; throws for a length that is none, and past `most` bytes. */
export function packetSplitter(most: number): (piece: Uint8Array) => ControlPacket[] {
  let held = new Uint8Array();
  return (piece) => {
    const joined = new Uint8Array(held.length + piece.length);
    joined.set(held);
    joined.set(piece, held.length);
    held = joined;
    const packets: ControlPacket[] = [];
    for (;;) {
      const header = headerOf(held, most);
      if (header === undefined || held.length < header.end) return packets;
      const first = held[0] ?? 0;
      packets.push({ type: first >> 4, flags: first & 15, body: held.slice(header.start, header.end) });
      held = held.slice(header.end);
    }
  };
}

/** Where the body is; undefined while its length has not come whole. MQTT 3.1.1, 2.2.3. */
function headerOf(bytes: Uint8Array, most: number): { readonly start: number; readonly end: number } | undefined {
  let length = 0;
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length += (byte & 127) * 128 ** (at - 1);
    if (length > most) throw new Error(`a packet of ${length} bytes`);
    if (byte < 128) return { start: at + 1, end: at + 1 + length };
  }
  throw new Error("a length of more than four bytes");
}

/** The bytes of a packet. */
export function packetOf(type: number, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const length: number[] = [];
  for (let rest = size; length.length === 0 || rest > 0; rest = Math.floor(rest / 128)) length.push((rest % 128) + (rest >= 128 ? 128 : 0));
  const bytes = new Uint8Array(1 + length.length + size);
  bytes[0] = (type << 4) | flags;
  bytes.set(length, 1);
  let at = 1 + length.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function textField(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]);
}

/** Reads the fields of a body in their order; throws past its end. */
export function fieldsOf(body: Uint8Array) {
  let at = 0;
  const take = (length: number) => {
    if (at + length > body.length) throw new Error("a packet ends early");
    at += length;
    return body.subarray(at - length, at);
  };
  const short = () => {
    const [high = 0, low = 0] = take(2);
    return high * 256 + low;
  };
  return {
    byte: () => take(1)[0] ?? 0,
    short,
    text: () => new TextDecoder("utf-8", { fatal: true }).decode(take(short())),
    rest: () => take(body.length - at),
    more: () => at < body.length,
  };
}
