#!/usr/bin/env node
import { builtin } from "./connectors/builtin.js";
import { start } from "./process.js";

await start(builtin);
