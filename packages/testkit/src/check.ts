export { capabilityHeader, capabilityRow, capabilityTable } from "./capabilities.js";
export type { Context, Opened, StreamCapability, TestCall } from "./context.js";
export type {
  CollectionsFixture,
  DamagedFixture,
  Fixture,
  HostileFixture,
  LiveFixture,
  OnStream,
  StreamFixture,
  WindowsFixture,
} from "./fixture.js";
export { type MemoryOptions, memory } from "./memory.js";
export { checkConformance, type Report, type RuleResult } from "./report.js";
export { type RecordedRequest, recordFetch } from "./requests.js";
export type { Rows } from "./rows.js";
export { type Rule, type SuiteName, suiteNames } from "./rule.js";
export { rules } from "./rules.js";
export { recordSignal, type SignalRecord } from "./signal.js";
