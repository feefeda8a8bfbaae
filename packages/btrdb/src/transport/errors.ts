import { type ServiceError, status } from "@grpc/grpc-js";
import { type SondeError, sondeError } from "@sonde/core";
import { type GrpcCode, grpcCode } from "./grpc-codes.js";
import { serverCode } from "./server-codes.js";

/** What an error of this package carries beside those of its kind. */
export type BtrdbErrorDetails = {
  /** The code that the server gave inside its answer: 404. */
  readonly serverCode?: number;
  /** The status of the gRPC call: 14 where the server could not be reached. */
  readonly grpcStatus?: number;
  /** Of writing: "none" where nothing of the chunk was stored, "unknown" where it may have been. */
  readonly outcome?: "none" | "unknown";
  /** Of writing: points of the chunks before, which are stored. */
  readonly stored?: number;
};
/** An error as it is thrown here: narrow it by `isSondeError`, then read the details. */
export type BtrdbError = SondeError & BtrdbErrorDetails;

/** The error that the server's own code becomes. `subject` is the id that was asked for. */
export function serverError(code: number, said: string, target: string, subject?: string): BtrdbError {
  const { name, becomes, retryable, hint } = serverCode(code);
  const what = `${target}: ${name} (${code})${subject === undefined ? "" : ` for '${subject}'`}${said === "" ? "" : `, '${said}'`}`;
  return withDetails(make({ becomes, retryable }, `${what}: ${hint}`, target, code, subject), { serverCode: code });
}

/** The error that a failed call becomes; it names what to do about certificates, which gRPC reports as a server that is away. */
export function callError(cause: ServiceError, target: string, subject?: string): BtrdbError {
  const said = cause.details ?? cause.message;
  const inside = /^\[(\d{3})\] ?/.exec(said);
  if (inside) return withDetails(serverError(Number(inside[1]), said.slice(inside[0].length), target, subject), { grpcStatus: cause.code });
  const found = isDamage(cause) ? undefined : grpcCode(cause.code);
  const { name, becomes, retryable, hint } = isCertificate(said) ? certificate : (found ?? damage);
  const what = `${target}: ${name}, '${said.slice(0, 300)}'`;
  const error = make({ becomes, retryable }, `${what}: ${hint}`, target, cause.code, subject);
  return withDetails(error, { grpcStatus: cause.code });
}

export function withDetails<E extends SondeError>(error: E, details: BtrdbErrorDetails): E & BtrdbErrorDetails {
  return Object.assign(error, details);
}

type Kind = Pick<GrpcCode, "becomes" | "retryable">;

const certificate = {
  name: "the certificate was refused",
  becomes: "connection",
  retryable: false,
  hint: "give the authority that signed it (ca, or BTRDB_CA_BUNDLE), and use the host name that stands in it",
} as const;
const damage = { name: "a damaged answer", becomes: "connection", retryable: true, hint: "read it again" } as const;

function isCertificate(said: string): boolean {
  return /certificate|altname|self.signed|unable to (get|verify)|CERT_|wrong version number|SSL routines|ERR_SSL|EPROTO/i.test(said);
}

/** grpc-js reports a stream that ends inside a message so. */
function isDamage(cause: ServiceError): boolean {
  return cause.code === status.INTERNAL && /RST_STREAM|incomplete|premature/i.test(cause.details ?? "");
}

function make({ becomes, retryable }: Kind, message: string, target: string, code: number, subject: string | undefined): SondeError {
  switch (becomes) {
    case "connection":
      return sondeError("connection", message, { target, status: code, retryable });
    case "auth":
      return sondeError("auth", message, { target, status: code });
    case "not-found":
      return sondeError("not-found", message, { id: subject ?? target });
    case "unsupported":
      return sondeError("unsupported", message, {});
    case "limit":
      // Neither gRPC nor the server says by how much.
      return sondeError("limit", message, { what: "message", asked: 0, allowed: 0 });
    case "options":
      return sondeError("options", message, {});
  }
}
