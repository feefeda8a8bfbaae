import { conformance } from "@sonde/testkit";
import { clRecordings } from "../src/index.js";
import { fixturePath, tutorialFile } from "./support/fixture.js";

const path = fixturePath(tutorialFile);
const origin = 1_734_585_634_893_000_000n;
const at = (...ticks: readonly bigint[]) => ticks.map((tick) => origin + tick * 40_000n);
const damaged = { options: { path: fixturePath("damaged.h5") }, stream: "data_stream/outside", rows: 1, key: "data_stream/outside" };
const hostile = { options: { path: fixturePath("streams.h5") }, stream: "data_stream/prototype", column: "__proto__" };
const invalid = [{}, { path: 5 }, { path: "" }, { path, unsafeAttributes: "execute" }, { path, unknown: true }];

conformance(clRecordings, {
  options: { path },
  invalid,
  damaged,
  hostile,
  stream: { id: "samples", rows: 5000, firstTimes: at(0n, 1n, 2n) },
  runtimes: { node: true, browser: true, server: true },
});
conformance(clRecordings, { options: { path }, stream: { id: "spikes", rows: 5, firstTimes: at(10n, 10n, 12n) } });
conformance(clRecordings, {
  options: { path: fixturePath("unsorted.h5") },
  stream: { id: "spikes", rows: 300, firstTimes: at(0n, 0n, 400n) },
});
conformance(clRecordings, {
  options: { path: fixturePath("streams.h5") },
  stream: { id: "data_stream/ball", rows: 40, firstTimes: at(0n, 25n, 50n) },
});
conformance(clRecordings, {
  options: { path: fixturePath("streams.h5") },
  stream: { id: "data_stream/mixed", rows: 5, firstTimes: at(1n, 2n, 3n) },
});
conformance(clRecordings, {
  options: { path: fixturePath("") },
  stream: { id: `${tutorialFile}/spikes`, rows: 5, firstTimes: at(10n, 10n, 12n) },
  collections: { where: { query: { "application.experiment": "pong" }, ids: ["streams.h5"] } },
});
