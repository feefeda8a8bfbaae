import { sondeError } from "@sonde/core/bytes";

export type Mqtt = Pick<typeof import("mqtt"), "connect">;

/** The package `mqtt`, which only those need who follow a device live. Rejects `unsupported` where it is not installed. */
export async function loadMqtt(load: () => Promise<Mqtt | { readonly default: Mqtt }> = () => import("mqtt")): Promise<Mqtt> {
  try {
    const module = await load();
    return "connect" in module ? module : module.default;
  } catch (cause) {
    const message = "a Drift device is followed live, and published to, through the package `mqtt`: run `npm install mqtt`";
    throw sondeError("unsupported", message, { what: "mqtt", cause });
  }
}
