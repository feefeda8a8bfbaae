import { reductstore } from "@sonde-tooling/peers/reductstore/peer";

const common = {
  folder: "drift-servers",
  load: () => import("./ours.mjs"),
  peer: "drift",
  sizes: [1_000, 10_000],
  unit: "packages",
  bar: 1 / 3,
};
const data =
  "Packages of 1000 samples each, as in drift-walk; each side decodes their messages. One server for both, in a process of its own, over loopback.";

export const driftS3 = {
  ...common,
  name: "drift-s3",
  job: "s3",
  notes: `walks a topic of a bucket: \`device.packages(topic)\` beside \`client.walk(topic, …)\`, which asks InfluxDB for the names, by our server of its answers, and gets one after another. ${data}`,
};
export const driftReduct = {
  ...common,
  name: "drift-reductstore",
  job: "reduct",
  notes: `walks a topic of a real ReductStore (${reductstore.versions[0]}, built without optimisation): \`device.packages(topic)\` beside \`client.walk(topic, …)\`. ${data}`,
};
