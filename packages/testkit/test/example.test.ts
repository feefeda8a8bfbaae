import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { conformance, memory } from "../src/index.js";

const start = 1_500_000_000_000_000_001n;
const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64(), { unit: "°C" })]);
const temp = [batchOf(schema, { time: [start, start + 1n, start + 5n], value: [20.5, 20.25, 21] })];

conformance(memory, {
  options: { streams: { temp } },
  stream: { id: "temp", rows: 3, firstTimes: [start, start + 1n] },
});
