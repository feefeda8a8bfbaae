/** Packages by topic and id, in memory. */
export interface PackageBox {
  topics(): readonly string[];
  /** Ascending. */
  ids(topic: string): readonly bigint[];
  get(topic: string, id: bigint): Uint8Array | undefined;
  put(topic: string, id: bigint, bytes: Uint8Array): void;
  delete(topic: string, id?: bigint): void;
}

export function packageBox(): PackageBox {
  const topics = new Map<string, Map<bigint, Uint8Array>>();
  const order = new Map<string, readonly bigint[]>();
  return {
    topics: () => [...topics.keys()].sort(),
    ids(topic) {
      let ids = order.get(topic);
      if (ids === undefined) {
        ids = [...(topics.get(topic)?.keys() ?? [])].sort((a, b) => (a < b ? -1 : 1));
        order.set(topic, ids);
      }
      return ids;
    },
    get: (topic, id) => topics.get(topic)?.get(id),
    put(topic, id, bytes) {
      order.delete(topic);
      const packages = topics.get(topic) ?? new Map<bigint, Uint8Array>();
      topics.set(topic, packages.set(id, bytes));
    },
    delete(topic, id) {
      order.delete(topic);
      if (id === undefined) topics.delete(topic);
      else topics.get(topic)?.delete(id);
    },
  };
}
