import { clRecordings } from "@sonde/cl-recordings";
import type { Connector } from "@sonde/core";

/** What `sonde` opens, in the order in which they are asked. */
export const connectors: readonly Connector[] = [clRecordings];
