import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Servers are not on everybody's PATH. */
const found = () =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].find((folder) => existsSync(join(folder, "mosquitto")));

export const mosquitto = {
  name: "mosquitto",
  versions: ["mosquitto 2"],
  licence: "EPL-2.0 OR BSD-3-Clause",
  compares: `A real MQTT broker, as Debian has it, over TCP and WebSocket, with users and with topics that a user may not have. What \`publish\` of
\`@sonde/drift\` sends comes back by \`subscribe\`, each once, in order and whole, after the broker was started anew too; a wrong password is refused,
and a certificate that nobody vouches for is not trusted.`,
  known: [],
  environment: {
    installed: found,
    async install() {
      const folder = found();
      if (folder === undefined) throw new Error("no mosquitto: install it (Debian: mosquitto)");
      return folder;
    },
  },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
