#!/usr/bin/env node
import { connectors } from "./connectors.js";
import { start } from "./process.js";

await start(connectors);
