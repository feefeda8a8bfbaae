import { expect, test } from "vitest";
import * as recordings from "../src/index.js";
import * as session from "../src/session/index.js";
import * as node from "../src/session/index.node.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(recordings).sort()).toEqual([
    "clRecordings",
    "clRecordingsOptions",
    "followRecording",
    "isBlocked",
    "openRecording",
    "pickleLimits",
    "readAttributes",
    "readPickle",
  ]);
  expect(Object.keys(session).sort()).toEqual(["clSession", "createSession"]);
  expect(Object.keys(node)).toEqual(["createSession"]);
});
