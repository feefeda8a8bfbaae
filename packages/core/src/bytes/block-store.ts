/** Numbered blocks of bytes, at most so many bytes of them. */
export interface BlockStore {
  /** The block, which becomes the most recently used. */
  take(index: number): Uint8Array | undefined;
  /** Drops the least recently used ones to make room; a block that can't fit is not kept. */
  keep(index: number, block: Uint8Array): void;
  clear(): void;
}

export function createBlockStore(maxBytes: number): BlockStore {
  // A Map tells its keys in the order in which they were set: the oldest use first.
  const blocks = new Map<number, Uint8Array>();
  let held = 0;
  const drop = (index: number) => {
    held -= blocks.get(index)?.length ?? 0;
    blocks.delete(index);
  };
  return {
    take(index) {
      const block = blocks.get(index);
      if (block) {
        blocks.delete(index);
        blocks.set(index, block);
      }
      return block;
    },
    keep(index, block) {
      drop(index);
      if (block.length > maxBytes) return;
      blocks.set(index, block);
      held += block.length;
      for (const oldest of blocks.keys()) {
        if (held <= maxBytes) break;
        drop(oldest);
      }
    },
    clear() {
      blocks.clear();
      held = 0;
    },
  };
}
