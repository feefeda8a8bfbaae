export type { FollowOptions } from "../live/feed.js";
export type { ApplicationAttributes } from "../write/attributes.js";
export type { Picklable } from "../write/pickle.js";
export type { SpikeBlock, StimBlock } from "../write/recording-file.js";
export { clSession } from "./connector.js";
export { createSession, type SessionInput } from "./session.js";
export type {
  Followed,
  FrameBlock,
  RecordOptions,
  SampleGap,
  Session,
  SessionDataStream,
  SessionOptions,
  SessionRecording,
} from "./types.js";
