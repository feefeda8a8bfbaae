import { btrdb } from "./btrdb/peer.mjs";
import { chromium } from "./chromium/peer.mjs";
import { clSdk } from "./cl-sdk/peer.mjs";
import { databroker } from "./databroker/peer.mjs";
import { ferretdb } from "./ferretdb/peer.mjs";
import { msgpackNumpy } from "./msgpack-numpy/peer.mjs";
import { pyarrow } from "./pyarrow/peer.mjs";
import { pytables } from "./pytables/peer.mjs";
import { tiled } from "./tiled/peer.mjs";
import { versitygw } from "./versitygw/peer.mjs";

/** Every peer, in the order of the page. */
export const peers = [pyarrow, msgpackNumpy, pytables, clSdk, btrdb, databroker, tiled, ferretdb, versitygw, chromium];
