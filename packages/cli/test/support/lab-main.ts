import { start } from "../../src/process.js";
import { lab } from "./lab.js";

await start([lab]);
