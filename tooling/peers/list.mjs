import { clSdk } from "./cl-sdk/peer.mjs";
import { msgpackNumpy } from "./msgpack-numpy/peer.mjs";
import { pytables } from "./pytables/peer.mjs";

/** Every peer, in the order of the page. */
export const peers = [msgpackNumpy, pytables, clSdk];
