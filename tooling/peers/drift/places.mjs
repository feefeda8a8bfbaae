import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDevice } from "@sonde/drift/testing";
import { s3 } from "@sonde/object-store";
import { binaryOf, reductstore, versions } from "../reductstore/peer.mjs";
import { startReductStore } from "../reductstore/server.mjs";
import { versitygw } from "../versitygw/peer.mjs";
import { startVersitygw } from "../versitygw/server.mjs";

/** Nobody listens at it. */
const CLOSED = 1;

/** Where packages are: each gives its ports, takes packages, and stops. `password` is the device's own; servers may have another. */
export async function places(scratch, password) {
  const found = [];
  const embedded = await startDevice({ password, serve: ["minio"] });
  found.push({
    name: "S3, embedded",
    password,
    ports: { reductStore: CLOSED, minio: embedded.options.ports.minio },
    put: async (topic, id, bytes) => embedded.put(topic, id, bytes),
    stop: () => embedded.close(),
  });
  const reduct = reductstore.environment.installed();
  for (const version of reduct === undefined ? [] : versions) {
    const server = await startReductStore(binaryOf(reduct, version), scratch, password);
    const ports = { reductStore: server.port, minio: CLOSED };
    found.push({ name: `ReductStore ${version}`, password, ports, put: server.put, stop: server.stop });
  }
  const gateway = versitygw.environment.installed();
  if (gateway !== undefined) {
    const server = await startVersitygw(join(gateway, "versitygw"), scratch);
    mkdirSync(join(server.root, "data"), { recursive: true });
    const { endpoint, region, credentials } = server;
    const bucket = s3({ bucket: "data", endpoint, region, credentials });
    found.push({
      name: "versitygw",
      password: credentials.secretAccessKey,
      user: credentials.accessKeyId,
      ports: { reductStore: CLOSED, minio: Number(new URL(endpoint).port) },
      put: (topic, id, bytes) => bucket.put(`${topic}/${id}.dp`, bytes),
      stop: server.stop,
    });
  }
  return found;
}
