import { batchOf } from "@sonde/core/connector";
import type { Fixture } from "../../src/index.js";
import { type Archive, store } from "./archive.js";
import { type LabOptions, labPassword } from "./lab.js";
import { rowsOfTemp, sampleArchive, timeOf } from "./samples.js";

/** Everything that a fixture can say. */
export function labFixture(): Fixture<LabOptions, Archive> {
  const requests: Archive["requests"] = [];
  const archives: Archive[] = [];
  const fresh = (silent = false): Archive => {
    const archive = sampleArchive(requests, silent);
    archives.push(archive);
    return archive;
  };
  const options = () => ({ archive: fresh(), password: labPassword });
  return {
    options,
    stream: { id: "lab/2020/temp", rows: rowsOfTemp, firstTimes: [0, 1, 2, 3, 4].map(timeOf) },
    invalid: [undefined, {}, 7],
    unauthorised: { ...options(), password: "open-sesame-4712" },
    unreachable: { ...options(), dead: true },
    silent: { archive: fresh(true), password: labPassword },
    damaged: { stream: "plant/broken", rows: 50, key: "plant/broken/2" },
    hostile: { stream: "__proto__", column: "__proto__", metadata: "__proto__" },
    secrets: [labPassword, "open-sesame-4712"],
    requests: () => requests,
    handles: () => archives.reduce((sum, { open }) => sum + open, 0),
    timeout: 4000,
    lookAhead: 2,
    windows: {},
    overview: { levels: [1, 2, 5] },
    newest: {},
    arrays: { stream: "lab/2020/camera" },
    objects: {},
    versions: {},
    append: {},
    live: {
      async flood(stream, { client }) {
        const stored = client.streams.get(stream.id)!;
        const [cells] = stored.versions[0]!;
        for (let times = 0; times < 20; times++) {
          const columns = Object.fromEntries(
            cells!.batch.schema.fields.map(({ name }) => [
              name,
              name === "payload"
                ? ["{}"]
                : [name === "label" ? null : name === "time" ? 2n ** 62n + BigInt(times) : name === "tick" ? 1n : 1],
            ]),
          );
          store(stored, batchOf(stored.schema, columns));
        }
      },
    },
    collections: { ids: ["lab/2021", "plant", "lab/2020"], where: { query: { operator: "grace" }, ids: ["lab/2021", "lab/2020"] } },
    create: { collection: "lab/2022" },
    runtimes: { node: true, server: true },
  };
}
