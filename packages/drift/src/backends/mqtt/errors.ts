import { sondeError } from "@sonde/core/bytes";

/** Refused for the user or the password: return codes of CONNACK, 3.1.1 (4, 5) and 5.0 (0x86, 0x87), and of SUBACK (0x87). */
const REFUSED = new Set([4, 5, 0x86, 0x87]);

/** What went wrong with a broker, as ours; `what` is what was tried. */
export function brokerError(url: string, what: string, cause: unknown) {
  const code = codeOf(cause);
  if (typeof code === "number" && REFUSED.has(code)) {
    return sondeError("auth", `${url} refused ${what} (code ${code}): check \`broker.username\` and \`broker.password\``, { target: url });
  }
  if (code === 0x80) return sondeError("auth", `${url} refused ${what}: its user may not`, { target: url });
  const certificate = typeof code === "string" && /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|ERR_SSL/.test(code);
  const advice = certificate ? "its certificate is not trusted here" : "check that the broker runs and can be reached";
  const shown = code === undefined ? "" : ` (${code})`;
  return sondeError("connection", `${url}: ${what} failed${shown}: ${advice}`, { target: url, retryable: !certificate, cause });
}

function codeOf(error: unknown): number | string | undefined {
  const refused = grantsOf(error).find((code) => code >= 0x80);
  if (refused !== undefined) return refused;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if ("code" in cause && (typeof cause.code === "number" || typeof cause.code === "string")) return cause.code;
  }
  return undefined;
}

/** The answer to a subscription comes with its error. */
function grantsOf(error: unknown): readonly number[] {
  const packet: unknown = error instanceof Error && "packet" in error ? error.packet : undefined;
  const granted: unknown = packet instanceof Object && "granted" in packet ? packet.granted : undefined;
  return Array.isArray(granted) ? granted.filter((code) => typeof code === "number") : [];
}
