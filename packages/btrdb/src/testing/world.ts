import type { RawPoints } from "../wire/raw-points.js";
import type { Store } from "./store.js";

/** What all calls share. */
export type World = {
  readonly store: Store;
  /** Whether the Arrow calls are there; Info says so by its version. */
  readonly arrow: boolean;
  /** Points that one insert may hold. */
  readonly insertLimit: number;
  /** Points that are gathered before they become a version. */
  readonly bufferLimit: number;
  /** Whether `Windows` answers with windows that hold no points, as zeros. */
  readonly emptyWindows: boolean;
  /** Where clients reach the server: known when it listens. */
  endpoint: string;
  /** Called with points as they come in. */
  readonly subscribers: Set<(uuid: string, points: RawPoints) => void>;
};
