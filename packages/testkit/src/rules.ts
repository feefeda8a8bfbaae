import type { Rule } from "./rule.js";
import { abort } from "./suites/abort.js";
import { append } from "./suites/append.js";
import { arrays } from "./suites/arrays.js";
import { backpressure } from "./suites/backpressure.js";
import { collections } from "./suites/collections.js";
import { create } from "./suites/create.js";
import { describe } from "./suites/describe.js";
import { errors } from "./suites/errors.js";
import { hostility } from "./suites/hostility.js";
import { lifecycle } from "./suites/lifecycle.js";
import { live } from "./suites/live.js";
import { metadata } from "./suites/metadata.js";
import { newest } from "./suites/newest.js";
import { objects } from "./suites/objects.js";
import { overview } from "./suites/overview.js";
import { readRules } from "./suites/read.js";
import { release } from "./suites/release.js";
import { streams } from "./suites/streams.js";
import { versions } from "./suites/versions.js";
import { windows } from "./suites/windows.js";

/** Every rule, by suite; those that write stand after those that only read. */
export const rules: readonly Rule[] = [
  ...lifecycle,
  ...streams,
  ...describe,
  ...readRules,
  ...windows,
  ...overview,
  ...newest,
  ...arrays,
  ...objects,
  ...collections,
  ...abort,
  ...release,
  ...backpressure,
  ...errors,
  ...hostility,
  ...metadata,
  ...versions,
  ...append,
  ...create,
  ...live,
];
