import { expect, test } from "vitest";
import * as recordings from "../src/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(recordings).sort()).toEqual([
    "clRecordings",
    "clRecordingsOptions",
    "isBlocked",
    "openRecording",
    "pickleLimits",
    "readAttributes",
    "readPickle",
  ]);
});
