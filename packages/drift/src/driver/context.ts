import type { Drift } from "../client/drift.js";
import type { Session } from "../client/session.js";
import type { DriftPackage } from "../package/package.js";

/** What every part of the driver shares. */
export interface DriverContext {
  readonly client: Drift;
  readonly session: Session;
}

/** One topic of packages, with the newest that says what it holds. */
export interface TopicParts {
  readonly topic: string;
  readonly newest: DriftPackage;
}
