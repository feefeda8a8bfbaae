import { type Description, formatSpan, nowNanos, type Stream, type TimeRange, timesOf } from "@sonde/core";
import type { Fetch } from "@sonde/core/bytes";
import { Archives } from "../archive/archives.js";
import { openLocal } from "../archive/local-file.js";
import { type Asked, openSession, sessionFetch } from "../archive/session.js";
import { Lister } from "../catalog/lister.js";
import type { Listing } from "../catalog/tree.js";
import { arrayFieldOf, categoryOf, quantitiesOf } from "../describe/quantities.js";
import { type Piece, TileCache, type TileKey } from "../tiles/cache.js";
import { countedRows } from "../tiles/counted.js";
import { fetchTile } from "../tiles/fetch.js";
import { type Level, levelFor, tileRange } from "../tiles/level.js";
import { TileLoader } from "../tiles/loader.js";
import { wantedTiles } from "../tiles/wanted.js";
import { earlier, later } from "../time/order.js";
import { viewFromHash, viewToHash } from "../view/hash.js";
import { emptyView, type Trace, type View } from "../view/view.js";
import { Hover } from "./hover.js";

/** What is known of a trace's stream, and what of it can be drawn now. */
export type TraceState = {
  readonly trace: Trace;
  readonly stream?: Stream | undefined;
  readonly description?: Description | undefined;
  readonly error?: unknown;
  readonly level?: Level | undefined;
  readonly pieces: readonly Piece[];
  readonly missing: number;
};
export type ExplorerState = {
  readonly status: "opening" | "no-session" | "ready" | "failed";
  readonly error?: unknown;
  readonly notice?: string | undefined;
  readonly view: View;
  readonly listings: ReadonlyMap<string, Listing>;
  readonly range?: TimeRange | undefined;
  readonly traces: readonly TraceState[];
  readonly requests: readonly Asked[];
  readonly following: boolean;
};

/** How long a view rests before it becomes a step of the history. */
const settleMilliseconds = 150;
const keptRequests = 200;

type Known = { stream?: Stream; description?: Description; error?: unknown; extentEnd?: bigint };

/** The state of the page: what is asked of whom, and what has come. Components read `state()` and call the rest. */
export class Explorer {
  readonly hover = new Hover();
  readonly cache = new TileCache();
  archives: Archives;
  fetch: Fetch = fetch;
  readonly #listeners = new Set<() => void>();
  readonly #known = new Map<string, Known>();
  readonly #listers = new Map<string, Lister>();
  readonly #loader: TileLoader;
  #state: ExplorerState;
  #pixels = 800;
  #requests: Asked[] = [];
  #settle: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  #following: AbortController | undefined;

  constructor() {
    this.archives = new Archives(this.fetch, location.origin);
    this.#loader = new TileLoader({
      cache: this.cache,
      onChange: () => this.#later(),
      fetch: (key, options) => this.#fetchTile(key, options),
    });
    this.#state = { status: "opening", view: emptyView, listings: new Map(), traces: [], requests: [], following: false };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
  readonly state = (): ExplorerState => this.#state;

  async start(): Promise<void> {
    const session = await openSession();
    this.fetch = sessionFetch(session, (asked) => this.#asked(asked));
    this.archives = new Archives(this.fetch, location.origin);
    this.#set({ view: viewFromHash(location.hash) ?? emptyView });
    addEventListener("popstate", () => this.#reopen());
    addEventListener("hashchange", () => this.#reopen());
    try {
      await this.archives.load();
      this.#set({ status: "ready", listings: this.#listings() });
    } catch (error) {
      const refused = typeof error === "object" && error !== null && "code" in error && error.code === "auth";
      this.#set({ status: refused ? "no-session" : "failed", error });
    }
    this.refresh();
  }

  /** Changes the view; after a rest it becomes a step of the history, so that Back undoes it. */
  change(change: { readonly [key in keyof View]?: View[key] | undefined }): void {
    // Members that are undefined are left out: a permalink has no word for them.
    const view = Object.fromEntries(Object.entries({ ...this.#state.view, ...change }).filter(([, value]) => value !== undefined)) as View;
    this.#set({ view });
    this.refresh();
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      const hash = `#${viewToHash(this.#state.view)}`;
      if (hash !== location.hash) history.pushState(null, "", hash);
    }, settleMilliseconds);
  }

  show(range: TimeRange): void {
    this.stopFollowing();
    this.change({ window: range });
  }

  /** Everything that the traces have. */
  showAll(): void {
    const extent = this.#extent();
    if (extent !== undefined) this.show(extent);
  }

  /** The address of what is shown, for whoever has a session with this server. */
  link(): string {
    return `${location.origin}${location.pathname}#${viewToHash(this.#state.view)}`;
  }

  setPixels(pixels: number): void {
    if (pixels === this.#pixels || pixels < 1) return;
    this.#pixels = pixels;
    this.refresh();
  }

  notice(notice: string | undefined): void {
    this.#set({ notice });
  }

  /** Opens a stream in the lower pane and, where it has a quantity, draws it: alone, or below what is drawn already. */
  async open(source: string, stream: string, beside = false): Promise<void> {
    this.change({ open: { source, stream }, tab: "about" });
    try {
      const description = await this.archives.describe(source, stream);
      const { open, traces } = this.#state.view;
      if (open?.source !== source || open.stream !== stream) return;
      const [column] = quantitiesOf(description.schema);
      const isImages = description.kind === "frames" && arrayFieldOf(description.schema) !== undefined;
      if (isImages) this.change({ tab: "images" });
      else if (description.kind === "events") this.change({ tab: categoryOf(description.schema) === undefined ? "rows" : "events" });
      if (column !== undefined && description.kind === "series") {
        const trace = { source, stream, column };
        const there = traces.some((one) => traceKey(one) === traceKey(trace));
        if (!there) this.change({ traces: beside ? [...traces, trace] : [trace] });
      }
      const { start, end } = description.extent ?? {};
      const { range } = this.#state;
      if (start === undefined || end === undefined) return;
      if (range === undefined || end <= range.start || start >= range.end) this.change({ window: roomy({ start, end }) });
    } catch {
      // The pane tells it.
    }
  }

  addTrace(trace: Trace): void {
    const { traces } = this.#state.view;
    if (!traces.some((one) => traceKey(one) === traceKey(trace))) this.change({ traces: [...traces, trace] });
  }

  removeTrace(trace: Trace): void {
    this.change({ traces: this.#state.view.traces.filter((one) => traceKey(one) !== traceKey(trace)) });
  }

  /** Asks again for what failed of a trace. */
  retry(trace: Trace): void {
    const known = this.#known.get(traceKey(trace));
    if (known?.error !== undefined) {
      this.archives.forget(trace.source, trace.stream);
      this.#known.delete(traceKey(trace));
    }
    this.#loader.retry(this.#streamKey(trace));
    this.refresh();
  }

  list(archive: string, streams?: number): void {
    let lister = this.#listers.get(archive);
    if (lister === undefined) {
      lister = new Lister(
        () => this.archives.source(archive),
        () => this.#set({ listings: this.#listings() }),
      );
      this.#listers.set(archive, lister);
    }
    void lister.more(streams);
  }

  async drop(files: Iterable<File>): Promise<void> {
    for (const file of files) {
      try {
        const name = this.archives.add(file.name, await openLocal(file));
        this.list(name);
        this.#set({ listings: this.#listings(), notice: undefined });
        const first = await (await this.archives.source(name)).streams().first();
        if (first !== undefined) await this.open(name, first.id);
      } catch (error) {
        this.notice(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Shows the end of the data as it comes, as long a part of it as now. */
  follow(): void {
    const { range, traces } = this.#state;
    if (range === undefined) return;
    this.stopFollowing();
    const abort = new AbortController();
    this.#following = abort;
    this.#set({ following: true });
    this.change({ window: { last: range.end - range.start } });
    for (const { trace, stream } of traces) if (stream?.supports("live")) void this.#followTrace(trace, stream, abort);
  }

  stopFollowing(): void {
    if (this.#following === undefined) return;
    this.#following.abort(new DOMException("the view is no longer followed", "AbortError"));
    this.#following = undefined;
    this.#set({ following: false });
  }

  async #followTrace(trace: Trace, stream: Stream, { signal }: AbortController): Promise<void> {
    const known = this.#known.get(traceKey(trace));
    try {
      for await (const batch of stream.follow({ columns: [trace.column], signal })) {
        const times = timesOf(batch);
        const [first, last] = [times[0], times.at(-1)];
        if (first === undefined || last === undefined || known === undefined) continue;
        if (known.extentEnd === undefined || last >= known.extentEnd) known.extentEnd = last + 1n;
        this.cache.forget(this.#streamKey(trace), first);
        this.#later();
      }
    } catch (error) {
      if (!signal.aborted) this.notice(error instanceof Error ? error.message : String(error));
    }
  }

  /** Works out what is shown and wanted; cheap enough for every movement. */
  readonly refresh = (): void => {
    const { view } = this.#state;
    const range = this.#rangeOf(view);
    const lists: TileKey[][] = [];
    const traces = view.traces.map((trace): TraceState => {
      const known = this.#know(trace);
      const { stream, description, error } = known;
      if (range === undefined || stream === undefined || description === undefined)
        return { trace, error, pieces: [], missing: error === undefined ? 1 : 0 };
      const key = this.#streamKey(trace);
      const extent = grown(description.extent, known.extentEnd);
      const seen = extent ? overlap(range, extent) : range;
      const question = { description, range, pixels: this.#pixels, overview: stream.supports("overview") };
      const first = levelFor(question);
      const counted = first.kind === "windows" && seen ? countedRows(this.cache.cover(key, first, seen), seen) : undefined;
      const level = counted === undefined ? first : levelFor({ ...question, counted });
      const wanted = wantedTiles(this.cache, { stream: key, level, range, extent });
      lists.push(wanted);
      return {
        trace,
        stream,
        description: { ...description, ...(extent !== undefined && { extent }) },
        level,
        pieces: seen ? this.cache.cover(key, level, level.kind === "windows" ? seen : withNeighbours(level, seen)) : [],
        missing: 0,
      };
    });
    this.#loader.want(inTurn(lists));
    this.#set({
      range,
      traces: traces.map((one) => {
        const key = this.#streamKey(one.trace);
        return { ...one, error: one.error ?? this.#loader.errorOf(key), missing: one.missing + this.#loader.missing(key) };
      }),
    });
  };

  #know(trace: Trace): Known {
    const key = traceKey(trace);
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const known: Known = {};
    this.#known.set(key, known);
    if (this.#state.status !== "ready") {
      this.#known.delete(key);
      return known;
    }
    Promise.all([this.archives.stream(trace.source, trace.stream), this.archives.describe(trace.source, trace.stream)]).then(
      ([stream, description]) => {
        Object.assign(known, { stream, description });
        this.#later();
      },
      (error: unknown) => {
        known.error = error;
        this.#later();
      },
    );
    return known;
  }

  #fetchTile(key: TileKey, { signal }: { readonly signal: AbortSignal }) {
    const [source = "", stream = "", column = "", version] = JSON.parse(key.stream) as string[]; // as #streamKey wrote it
    return this.archives
      .stream(source, stream)
      .then((one) => fetchTile(one, column, key, { signal, version: version === "" ? undefined : version }));
  }

  /** What names a trace's data in the cache. While it is followed it is of no version: its end changes. */
  #streamKey({ source, stream, column }: Trace): string {
    const { description } = this.#known.get(traceKey({ source, stream, column })) ?? {};
    const version = this.#following === undefined ? description?.version : undefined;
    return JSON.stringify([source, stream, column, version ?? ""]);
  }

  #rangeOf({ window }: View): TimeRange | undefined {
    if (window === undefined) return this.#extent();
    if ("start" in window) return window;
    if ("now" in window) {
      const now = nowNanos();
      return { start: now - window.now, end: now };
    }
    const end = this.#extent()?.end;
    return end === undefined ? undefined : { start: end - window.last, end };
  }

  #extent(): TimeRange | undefined {
    let whole: TimeRange | undefined;
    for (const trace of this.#state.view.traces) {
      const known = this.#know(trace);
      const extent = grown(known.description?.extent, known.extentEnd);
      if (!extent) continue;
      whole = whole === undefined ? extent : { start: earlier(whole.start, extent.start), end: later(whole.end, extent.end) };
    }
    return whole && roomy(whole);
  }

  #reopen(): void {
    const view = viewFromHash(location.hash);
    if (view === undefined || viewToHash(view) === viewToHash(this.#state.view)) return;
    this.stopFollowing();
    this.#set({ view });
    this.refresh();
  }

  #listings(): ReadonlyMap<string, Listing> {
    return new Map([...this.#listers].map(([name, { listing }]) => [name, listing]));
  }

  #asked(asked: Asked): void {
    const others = this.#requests.filter(({ number }) => number !== asked.number);
    this.#requests = [...others, asked].sort((a, b) => a.number - b.number).slice(-keptRequests);
    this.#later();
  }

  /** Once before the next picture, however many tiles have come. */
  #later(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#state = { ...this.#state, requests: this.#requests };
      this.refresh();
    });
  }

  #set(change: Partial<ExplorerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

export function traceKey({ source, stream, column }: Trace): string {
  return JSON.stringify([source, stream, column]);
}

/** A line goes on to the next row, which may lie in the next tile. */
function withNeighbours(level: Level, { start, end }: TimeRange): TimeRange {
  const tile = tileRange(level, 0n).end;
  return { start: start - tile, end: end + tile };
}

/** A single instant is no picture: room on both sides. */
function roomy({ start, end }: TimeRange): TimeRange {
  return end - start >= 16n ? { start, end } : { start: start - 500_000_000n, end: end + 500_000_000n };
}

function grown(extent: TimeRange | null | undefined, end: bigint | undefined): TimeRange | null | undefined {
  return extent && end !== undefined && end > extent.end ? { start: extent.start, end } : extent;
}

function overlap(a: TimeRange, b: TimeRange): TimeRange | undefined {
  const [start, end] = [later(a.start, b.start), earlier(a.end, b.end)];
  return start < end ? { start, end } : undefined;
}

/** The first of each list, then the second of each: no trace waits for all of another. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** "5 s of …": for summaries. */
export function lengthText({ start, end }: TimeRange): string {
  return formatSpan(end - start);
}
