import { guardHeap } from "./heap.js";

/** HDF5 needs 20 MiB itself; the rest is for chunks, their decompression and our buffers. */
export const stackOf = guardHeap(1 << 29);
