import { sondeError } from "@sonde/core/bytes";
import { Context } from "mingo/core";
import * as query from "mingo/operators/query";
import { Query } from "mingo/query";
import { isRecord } from "../event-model/own.js";

/** What may be asked: operators that compare. Others compute, or run code ($where, $function, $expr), and are refused. */
const { $eq, $gt, $gte, $lt, $lte, $in, $nin, $ne, $exists, $type, $regex, $mod, $size, $all, $elemMatch, $and, $or, $nor, $not } = query;
const answered = {
  $eq,
  $gt,
  $gte,
  $lt,
  $lte,
  $in,
  $nin,
  $ne,
  $exists,
  $type,
  $regex,
  $mod,
  $size,
  $all,
  $elemMatch,
  $and,
  $or,
  $nor,
  $not,
};
const context = Context.init({ query: answered });
const operators = new Set([...Object.keys(answered), "$options"]);
const deepest = 32;
/** A regular expression longer than this is not written by a person. */
const longestPattern = 1000;

/** A test of start documents by a query in MongoDB's language. Throws `unsupported` for operators that are not answered here. */
export function whereTest(where: Readonly<Record<string, unknown>>): (document: object) => boolean {
  checkWhere(where, "where", 0);
  // mingo looks at inherited members too: for names that every object has, the document is made without them.
  const inherited = pathsOf(where).some((path) => path.split(".").some((key) => key in {}));
  const refuse = (cause: unknown): never => {
    throw sondeError("options", `the query can't be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      issues: [{ path: "where", message: "can't be read" }],
      cause,
    });
  };
  try {
    // The criteria's type can't be known: they were checked above.
    const test = new Query(where as never, { context });
    // Some operands are looked at only when there is something to compare.
    test.test({});
    // Any object has what mingo looks at: its own keys.
    return (document) => {
      try {
        return test.test((inherited ? bare(document) : document) as Record<string, unknown>);
      } catch (error) {
        return refuse(error);
      }
    };
  } catch (error) {
    return refuse(error);
  }
}

/** Throws unless all operators in a query only compare. */
export function checkWhere(value: unknown, path: string, depth: number): void {
  if (depth > deepest) throw refused(path, `is nested more than ${deepest} deep`);
  if (typeof value === "function") throw refused(path, "is a function");
  if (Array.isArray(value)) for (const [index, item] of value.entries()) checkWhere(item, `${path}[${index}]`, depth + 1);
  if (!isRecord(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (key.startsWith("$") && !operators.has(key)) {
      throw sondeError("unsupported", `${at}: operator ${key} is not answered: use ${[...operators].join(", ")}`, { what: key });
    }
    if (key === "$regex" && String(item).length > longestPattern) throw refused(at, `is longer than ${longestPattern} characters`);
    checkWhere(item, at, depth + 1);
  }
}

function refused(path: string, message: string): Error {
  return sondeError("options", `the query's ${path} ${message}`, { issues: [{ path, message }] });
}

function pathsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pathsOf);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [...(key.startsWith("$") ? [] : [key]), ...pathsOf(item)]);
}

/** A copy whose objects inherit nothing. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (!isRecord(value)) return value;
  const result: object = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(result, key, { value: bare(item), enumerable: true, writable: true, configurable: true });
  }
  return result;
}
