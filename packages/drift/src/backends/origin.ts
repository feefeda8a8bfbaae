import { sondeError } from "@sonde/core/bytes";
import type { DeviceSettings } from "./types.js";

/** "http://drift-dev2.local:9000", encrypted where the device is. `protocol` is the plain one, whose encrypted form ends in "s": http, mqtt, ws. */
export function originOf({ host, secure }: Pick<DeviceSettings, "host" | "secure">, protocol: string, port: number): string {
  const address = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const origin = `${protocol}${secure ? "s" : ""}://${address}:${port}`;
  // A name that would lead elsewhere: "user:word@other", "host/path".
  if (/^(?:\[[0-9a-f:.%]+\]|[\p{L}\p{N}._-]+)$/iu.test(address)) return origin;
  const message = "must be a name or an address, without protocol, port and path";
  throw sondeError("options", `the host of a device ${message}: ${JSON.stringify(host)}`, { issues: [{ path: "host", message }] });
}
