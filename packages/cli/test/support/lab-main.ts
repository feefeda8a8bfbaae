import { entryOf } from "../../src/connectors/entry.js";
import { start } from "../../src/process.js";
import { lab } from "./lab.js";

await start([entryOf(lab)]);
