import { btrdb } from "./btrdb/peer.mjs";
import { chromium } from "./chromium/peer.mjs";
import { clSdk } from "./cl-sdk/peer.mjs";
import { databroker } from "./databroker/peer.mjs";
import { driftClient } from "./drift/peer.mjs";
import { efdNotebook } from "./efd-notebook/peer.mjs";
import { efdParquet } from "./efd-parquet/peer.mjs";
import { efdStatistics } from "./efd-statistics/peer.mjs";
import { ferretdb } from "./ferretdb/peer.mjs";
import { influxdb } from "./influxdb/peer.mjs";
import { mosquitto } from "./mosquitto/peer.mjs";
import { msgpackNumpy } from "./msgpack-numpy/peer.mjs";
import { pyarrow } from "./pyarrow/peer.mjs";
import { pytables } from "./pytables/peer.mjs";
import { reductstore } from "./reductstore/peer.mjs";
import { tiled } from "./tiled/peer.mjs";
import { versitygw } from "./versitygw/peer.mjs";
import { waveletBuffer } from "./wavelet-buffer/peer.mjs";

/** Every peer, in the order of the page. */
export const peers = [
  pyarrow,
  msgpackNumpy,
  pytables,
  clSdk,
  btrdb,
  versitygw,
  efdParquet,
  efdNotebook,
  efdStatistics,
  influxdb,
  databroker,
  tiled,
  ferretdb,
  waveletBuffer,
  driftClient,
  reductstore,
  mosquitto,
  chromium,
];
