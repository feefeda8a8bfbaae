import { status } from "@grpc/grpc-js";
import type { SondeErrorCode } from "@sonde/core";

/** What a status of gRPC itself means to a caller: one that stands for the whole call, not for a message in it. */
export type GrpcCode = {
  readonly code: number;
  readonly name: string;
  readonly becomes: Extract<SondeErrorCode, "options" | "connection" | "auth" | "not-found" | "unsupported" | "limit">;
  readonly retryable: boolean;
  readonly hint: string;
};

const entry = (name: keyof typeof status, becomes: GrpcCode["becomes"], hint: string, retryable = false): GrpcCode => ({
  code: status[name],
  name,
  becomes,
  retryable,
  hint,
});

/** `docs/btrdb-errors.md` is generated from this. A status whose details begin with "[404] " becomes what that code does. */
export const grpcCodes: readonly GrpcCode[] = [
  entry("CANCELLED", "connection", "the server or a proxy ended the call", true),
  entry("UNKNOWN", "connection", "the server failed without saying how"),
  entry("INVALID_ARGUMENT", "options", "the server refuses an argument"),
  entry("DEADLINE_EXCEEDED", "connection", "no answer in time; raise `timeout` if the server is slow", true),
  entry("NOT_FOUND", "not-found", "there is nothing by that name"),
  entry("ALREADY_EXISTS", "options", "it exists already"),
  entry("PERMISSION_DENIED", "auth", "the API key may not do this"),
  entry("RESOURCE_EXHAUSTED", "limit", "ask for less at a time, or raise `maxMessageBytes`"),
  entry("FAILED_PRECONDITION", "options", "the server refuses this as things stand"),
  entry("ABORTED", "connection", "the server gave the call up", true),
  entry("OUT_OF_RANGE", "options", "the range is not the server's"),
  entry("UNIMPLEMENTED", "unsupported", "this server can't do it; is it a BTrDB of version 5?"),
  entry("INTERNAL", "connection", "the answer does not follow the protocol; is it a BTrDB server, and TLS as it expects?"),
  entry("UNAVAILABLE", "connection", "is the server running, and the address right?", true),
  entry("DATA_LOSS", "connection", "the server lost data"),
  entry("UNAUTHENTICATED", "auth", "give a valid API key: apiKey, BTRDB_API_KEY or the credentials file"),
];

const byCode = new Map(grpcCodes.map((one) => [one.code, one]));

export function grpcCode(code: number): GrpcCode {
  return byCode.get(code) ?? entry("UNKNOWN", "connection", "the server failed without saying how");
}
