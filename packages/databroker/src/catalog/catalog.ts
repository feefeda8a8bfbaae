import { type CallOptions, intersect } from "@sonde/core";
import { sondeError, turn } from "@sonde/core/bytes";
import { many } from "@sonde/core/connector";
import { isRecord } from "../event-model/own.js";
import { validateDocument } from "../event-model/validate.js";
import type { HandlerRegistry } from "../handlers/registry.js";
import { inspectable } from "../inspectable.js";
import { createRun } from "../run/run.js";
import type { Run } from "../run/types.js";
import { waiting } from "../waiting.js";
import { FacetCounter, pathsOf, valueAt } from "./facets.js";
import { findByScanId, findByUid, findRun, findSlice, type Lister } from "./lookup.js";
import { fitsListing } from "./order.js";
import { searchTime } from "./search-time.js";
import { textTest } from "./text.js";
import type { CatalogBackend, Facet, ListQuery, RunCatalog, RunHeader, RunQuery, Waiting } from "./types.js";
import { whereTest } from "./where.js";

export type CatalogParts = { readonly backend: CatalogBackend; readonly handlers: HandlerRegistry };

/** What a catalog is made of, and what it finds: less than its back end has where it is a search. */
export type CatalogView = CatalogParts & { readonly list: Lister; readonly get: CatalogBackend["get"] };

/** Catalogs made here. */
const made = new WeakMap<RunCatalog, CatalogView>();

/** Undefined for a catalog of another copy of this package. */
export const catalogView = (catalog: RunCatalog): CatalogView | undefined => made.get(catalog);

/** A catalog over a back end; `queries` are those of the searches that led here, all of which hold. */
export function createCatalog(parts: CatalogParts, queries: readonly RunQuery[] = []): RunCatalog {
  const { backend } = parts;
  const narrowed = queries.map(prepared);
  const pushed = pushDown(queries, narrowed);
  const name = queries.length === 0 ? backend.name : `a search of ${backend.name}`;
  // What the store searches by its own rules is not looked at again: one text, of the first search that has one.
  const served = backend.textByStore === true ? queries.findIndex(({ text }) => text !== undefined) : -1;
  const dataKeys = queries.flatMap(({ dataKey }) => (dataKey === undefined ? [] : [dataKey]));

  const list: Lister = async function* (query, options) {
    const asked = merged(pushed, query);
    for await (const header of backend.list(asked, options)) {
      const wait = turn(options.signal);
      if (wait) await wait;
      if (!fitsListing(header, asked) || !narrowed.every(({ matches }, index) => matches(header, index === served))) continue;
      if (dataKeys.length > 0 && !(await hasDataKeys(header, dataKeys, options))) continue;
      yield header;
    }
  };
  const hasDataKeys = async (header: RunHeader, keys: readonly string[], options: Waiting): Promise<boolean> => {
    const descriptors = await runOf(header).descriptors(options);
    return keys.every((key) => descriptors.some(({ data_keys }) => Object.hasOwn(data_keys, key)));
  };
  const place = {
    name,
    list,
    async get(uid: string, options: Waiting) {
      if (queries.length === 0) return backend.get(uid, options);
      // A search finds what it matches, and nothing else.
      for await (const header of list({ uidPrefix: uid, expected: 1 }, options)) if (header.start.uid === uid) return header;
      return undefined;
    },
  };
  const runOf = (header: RunHeader): Run => createRun(header, parts);
  const plain = dataKeys.length === 0;

  const catalog: RunCatalog = {
    ...many(async function* () {
      for await (const header of list({}, waiting(undefined))) yield runOf(header);
    }),
    name,
    get info() {
      return backend.info;
    },
    run: async (key, options) => runOf(await findRun(place, key, waiting(options))),
    byUid: async (uid, options) => runOf(await findByUid(place, uid, waiting(options))),
    byScanId: async (scanId, options) => runOf(await findByScanId(place, scanId, waiting(options))),
    async recent(count = 10, options) {
      const runs: Run[] = [];
      if (count > 0) for await (const header of list({ expected: count }, waiting(options))) if (runs.push(runOf(header)) >= count) break;
      return runs;
    },
    slice: async (start, end, step = 1, options) => (await findSlice(place, start, end, step, waiting(options))).map(runOf),
    search: (query) => createCatalog(parts, [...queries, query]),
    async count(options) {
      const known = plain && queries.length <= 1 ? await backend.count?.(pushed, waiting(options)) : undefined;
      if (known !== undefined) return known;
      let count = 0;
      for await (const _ of list({}, waiting(options))) count++;
      return count;
    },
    async facets(path, options) {
      const known = plain && queries.length <= 1 ? await backend.distinct?.(path, pushed, waiting(options)) : undefined;
      if (known !== undefined) return known;
      return gathered(list, options, (header, counter) => {
        const value = valueAt(header.start, path);
        if (value !== undefined) counter.add(value);
      });
    },
    keys: (options) =>
      gathered(list, options, (header, counter) => {
        for (const path of pathsOf(header.start)) counter.add(path);
      }),
    async insert(documentName, document, options) {
      if (backend.insert === undefined) {
        throw sondeError("unsupported", `${backend.name} takes no documents: open a folder, or a catalog in memory, to insert runs`, {
          what: "insert",
        });
      }
      validateDocument(documentName, document, options?.validate ?? "strict");
      await backend.insert(documentName, document, waiting(options));
    },
    async close() {
      await backend.close?.();
    },
    [Symbol.asyncDispose]: async () => backend.close?.(),
  };
  made.set(catalog, { ...parts, list, get: place.get });
  return inspectable(catalog, () => `${name}: runs, newest first (${describe(backend)})`);
}

function describe({ info }: CatalogBackend): string {
  return typeof info.driver === "string" ? info.driver : "catalog";
}

async function gathered(
  list: Lister,
  options: CallOptions | undefined,
  add: (header: RunHeader, counter: FacetCounter) => void,
): Promise<readonly Facet[]> {
  const counter = new FacetCounter();
  for await (const header of list({}, waiting(options))) add(header, counter);
  return counter.done();
}

type Prepared = { readonly range?: ListQuery["range"]; readonly matches: (header: RunHeader, textIsServed: boolean) => boolean };

/** Refuses a query that can't be read as soon as it is asked, not when it is iterated. */
function prepared({ since, until, timeZone, text, where, dataKey }: RunQuery): Prepared {
  const [start, end] = [since, until].map((value) => (value === undefined ? undefined : searchTime(value, timeZone)));
  if (start !== undefined && end !== undefined && start > end) {
    throw sondeError("options", "a search whose since is after its until finds nothing: change them round", {
      issues: [{ path: "since", message: "is after until" }],
    });
  }
  if (dataKey !== undefined && typeof dataKey !== "string") throw sondeError("options", "dataKey is the name of a data key", {});
  if (where !== undefined && !isRecord(where)) throw sondeError("options", "where is an object: a query in MongoDB's language", {});
  const byWhere = where === undefined ? undefined : whereTest(where);
  const byText = text === undefined ? undefined : textTest(text);
  const range = start === undefined && end === undefined ? undefined : { start: start ?? -(2n ** 63n), end: end ?? 2n ** 63n - 1n };
  return {
    range,
    matches: (header, textIsServed) => {
      if (byWhere !== undefined && !byWhere(header.start)) return false;
      if (byText !== undefined && !textIsServed && !byText(header.start)) return false;
      return range === undefined || fitsListing(header, { range });
    },
  };
}

/** What the back end is asked, so that it can leave out runs: each member of the first search that has it. */
function pushDown(queries: readonly RunQuery[], narrowed: readonly Prepared[]): ListQuery {
  const query: { -readonly [Member in keyof ListQuery]: ListQuery[Member] } = {};
  const range = narrowed.reduce<ListQuery["range"]>((known, next) => narrower(known, next.range), undefined);
  if (range !== undefined) query.range = range;
  const wheres = queries.flatMap(({ where }) => (where === undefined ? [] : [where]));
  if (wheres.length > 0) query.where = wheres.length === 1 ? wheres[0] : { $and: wheres };
  const text = queries.find((one) => one.text !== undefined)?.text;
  if (text !== undefined) query.text = text;
  return query;
}

function merged(pushed: ListQuery, query: ListQuery): ListQuery {
  return { ...pushed, ...query, range: narrower(pushed.range, query.range) };
}

function narrower(a: ListQuery["range"], b: ListQuery["range"]): ListQuery["range"] {
  return a === undefined || b === undefined ? (a ?? b) : intersect(a, b);
}
