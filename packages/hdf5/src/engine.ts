import { type Follower, follow, sondeError } from "@sonde/core/bytes";
import { platform } from "#platform";
import { errorOf } from "./failure.js";
import type { WorkerHandle } from "./platform.js";
import type { SharedSource } from "./shared-source.js";
import type { Failure } from "./worker/failure.js";
import type { Origin } from "./worker/readers.js";

/** A worker that has failed this often is replaced: HDF5 leaves objects open behind every error. */
const maxFailures = 500;
/** A heap that has grown past this is given back with its worker; WebAssembly itself gives nothing back. */
const maxIdleHeap = 1 << 28;
/** How long a worker without files waits for the next one; starting it takes a tenth of a second. */
const idleMs = 1000;
const startWithinMs = 30_000;
const maxTimerMs = 2 ** 31 - 1;
/** Calls that look at one object, and return at once: several are sent together, for the way to the worker and back takes longer than they do. */
const looks: ReadonlySet<string> = new Set(["attributes", "children", "dataset", "storage", "address"]);
/** An abort does not stop a call that was sent. */
const mostTogether = 16;
/** Of calls that were sent to a worker which ended before it came to them: they are made again. */
const notBegun = new Error("the worker ended before it began with the call");

/** One open file, as the engine knows it. It outlives workers: a new one opens the file again before its next call. */
export type Session = {
  readonly token: number;
  readonly name: string;
  readonly origin: Origin;
  readonly shared: SharedSource | undefined;
  readonly answerWithinMs: number;
};
type Call = { readonly name: string; readonly path: string; readonly args: object; readonly signal: AbortSignal | undefined };

type Answer = {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: Failure;
  readonly heapBytes: number;
  readonly failures: number;
};
type Task = {
  readonly session: Session;
  readonly call: Call;
  /** Aborts with the caller's signal, and when the answer is wanted no more. */
  readonly follower: Follower;
  settled: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};
/** What was sent to the worker: the promise behind it, and whether the clock stands still, which runs while the worker says nothing. */
type Flight = {
  readonly id: number;
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  serving: boolean;
};

/**
 * The one worker of this thread and the queue before it. One call that reads is in flight at a time, so that a call that was aborted
 * before its turn is never made, and a worker that falls silent or over is one file's doing. Calls that only look go together.
 */
class Engine {
  readonly #sessions = new Map<Session, number>();
  readonly #queue: Task[] = [];
  readonly #tasks = new Set<Task>();
  #worker: WorkerHandle | undefined;
  /** Counts workers: a session opened in an earlier one must be opened again. */
  #generation = 0;
  #ready: ((error?: unknown) => void) | undefined;
  /** In the order in which the worker answers; the first is what it does now. */
  readonly #flights: Flight[] = [];
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #nextId = 1;

  /** Opens the file; `remove` it whether this resolves or rejects. Rejects `format` for what is no HDF5 file. */
  async add(session: Session, signal: AbortSignal | undefined): Promise<void> {
    this.#sessions.set(session, 0);
    await this.run(session, { name: "open", path: "", args: {}, signal });
  }

  /** Rejects what was asked of the file and not answered, and resolves when the worker has let go of it. */
  async remove(session: Session, reason: unknown): Promise<void> {
    for (const task of [...this.#tasks]) if (task.session === session) this.#settle(task, () => task.reject(reason));
    await this.run(session, { name: "close", path: "", args: {}, signal: undefined }).catch(() => {
      // A worker that died has let go of it too.
    });
    this.#sessions.delete(session);
    this.#rest();
  }

  run(session: Session, call: Call): Promise<unknown> {
    const { signal } = call;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const follower = follow(signal === undefined ? [] : [signal]);
      const task: Task = { session, call, follower, settled: false, resolve, reject };
      follower.signal.addEventListener("abort", () => this.#settle(task, () => reject(follower.signal.reason)), { once: true });
      this.#tasks.add(task);
      this.#queue.push(task);
      void this.#pump();
    });
  }

  #settle(task: Task, how: () => void): void {
    if (task.settled) return;
    task.settled = true;
    this.#tasks.delete(task);
    task.follower.release();
    how();
    // Wakes a worker that waits for bytes which nobody wants any more.
    task.follower.abort(new Error("the call was given up"));
  }

  async #pump(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#idle);
    try {
      for (let tasks = this.#next(); tasks.length > 0; tasks = this.#next()) await this.#perform(tasks);
    } finally {
      this.#running = false;
      this.#worker?.hold(false);
      this.#rest();
    }
  }

  /** The next call, and those after it that look at the same file. */
  #next(): readonly Task[] {
    const tasks: Task[] = [];
    for (let task = this.#queue[0]; task !== undefined && tasks.length < mostTogether; task = this.#queue[0]) {
      const [first] = tasks;
      const joins = first === undefined || (task.session === first.session && looks.has(first.call.name) && looks.has(task.call.name));
      if (!joins && !task.settled) break;
      this.#queue.shift();
      if (!task.settled) tasks.push(task);
    }
    return tasks;
  }

  /** Never rejects: what fails is its own call's, and calls that were not begun go back to the head of the queue. */
  async #perform(tasks: readonly Task[]): Promise<void> {
    const [first] = tasks;
    if (first === undefined) return;
    const isReady = await this.#answer(first, () => this.#makeReady(first));
    if (!isReady) {
      this.#queue.unshift(...tasks.slice(1));
      return;
    }
    const wanted = tasks.filter((task) => !task.settled);
    const sent = wanted.map((task) => ({ task, answer: this.#send(task, task.call.name, { path: task.call.path, ...task.call.args }) }));
    // They are awaited in turn.
    for (const { answer } of sent) answer.catch(() => {});
    const again: Task[] = [];
    for (const { task, answer } of sent) {
      await this.#answer(task, async () => {
        const { failure, result } = await answer;
        if (failure !== undefined) throw this.#errorOf(failure, task.session, task.call.path);
        this.#settle(task, () => task.resolve(result));
      }).catch(() => again.push(task));
    }
    this.#queue.unshift(...again);
  }

  /** What `work` tells; undefined where it failed, which is the task's failure then. Rejects where the call was not begun. */
  async #answer<Result>(task: Task, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error === notBegun) throw error;
      this.#settle(task, () => task.reject(error));
      return undefined;
    }
  }

  /** Resolves whether the call is to be sent: the worker runs, and has the file open. */
  async #makeReady(task: Task): Promise<boolean> {
    const { session, call } = task;
    const done = () => {
      this.#settle(task, () => task.resolve(undefined));
      return false;
    };
    if (call.name === "close" && this.#sessions.get(session) !== this.#generation) return done();
    if (this.#worker === undefined) await this.#start();
    this.#worker?.hold(true);
    if (this.#sessions.get(session) !== this.#generation) {
      const opened = await this.#send(task, "open", { origin: session.origin });
      if (opened.failure !== undefined) throw this.#errorOf(opened.failure, session, "");
      this.#sessions.set(session, this.#generation);
    }
    return call.name === "open" ? done() : true;
  }

  #errorOf(failure: Failure, session: Session, path: string): Error {
    const cause = session.shared?.takeFailure();
    return errorOf(
      failure.kind === "source" && cause !== undefined
        ? { ...failure, message: cause instanceof Error ? cause.message : String(cause), cause }
        : failure,
      session.name,
      path,
    );
  }

  async #send(task: Task, call: string, args: object): Promise<Answer> {
    const worker = this.#worker;
    if (worker === undefined)
      throw sondeError("connection", `the worker that reads ${task.session.name} is gone: ask again`, {
        target: task.session.name,
        retryable: true,
      });
    const id = this.#nextId++;
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#flights.push({ id, task, resolve, reject, serving: false });
      if (this.#flights.length === 1) this.#watch();
      worker.post({ id, call, file: task.session.token, ...args });
    });
    const spent = answer.failures >= maxFailures || answer.heapBytes > maxIdleHeap;
    if (spent || isFatal(answer)) await this.#stop();
    return answer;
  }

  /** Starts the clock anew; it stands still while we look for the bytes that the worker waits for. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    const [flight] = this.#flights;
    if (flight === undefined || flight.serving) return;
    const { session, call } = flight.task;
    const allowed = session.answerWithinMs;
    // A timer can't be set for longer, and would fire at once.
    if (allowed > maxTimerMs) return;
    this.#watchdog = setTimeout(() => {
      const where = `${session.name}${call.path === "" ? "" : `:${call.path}`}`;
      const message = `${where} kept HDF5 busy for more than ${allowed} ms and was given up: raise limits.answerWithinMs if you trust the file`;
      void this.#stop(
        sondeError("limit", message, { what: "milliseconds of one call", asked: allowed, allowed, option: "limits.answerWithinMs" }),
      );
    }, allowed);
  }

  async #start(): Promise<void> {
    const worker = platform.startWorker();
    const generation = ++this.#generation;
    this.#worker = worker;
    worker.hold(true);
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => this.#ready?.(new Error(`no sign of life in ${startWithinMs} ms`)), startWithinMs);
        this.#ready = (error) => {
          clearTimeout(timer);
          this.#ready = undefined;
          if (error === undefined) resolve();
          else reject(error);
        };
        worker.listen(
          (message) => this.#receive(message),
          (error) => this.#ended(generation, error),
        );
      });
    } catch (cause) {
      await this.#stop();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw sondeError(
        "unsupported",
        `the worker that runs HDF5 does not start: ${reason}. A bundler must emit worker.js beside this module`,
        { what: "workers", cause },
      );
    }
  }

  #receive(message: unknown): void {
    // Sent by our own worker: the shapes are said in `worker.js`.
    const received = message as { ready?: true } & { wanted?: { position: number; length: number } } & Answer;
    if (received.ready) {
      this.#ready?.();
      return;
    }
    const [flight] = this.#flights;
    if (flight === undefined || flight.id !== received.id) return;
    if (received.wanted !== undefined) {
      flight.serving = true;
      this.#watch();
      const { position, length } = received.wanted;
      void flight.task.session.shared?.serve(position, length, flight.task.follower.signal).then(() => {
        flight.serving = false;
        if (this.#flights[0] === flight) this.#watch();
      });
      return;
    }
    this.#flights.shift();
    // What the worker answers from here on is not looked at.
    if (isFatal(received)) this.#abandon();
    this.#watch();
    flight.resolve(received);
  }

  /** Calls that were sent and not begun. */
  #abandon(): void {
    for (const flight of this.#flights.splice(0)) flight.reject(notBegun);
  }

  /** What the worker was at when it ended. */
  #land(): Flight | undefined {
    clearTimeout(this.#watchdog);
    const flight = this.#flights.shift();
    this.#abandon();
    return flight;
  }

  #ended(generation: number, error: unknown): void {
    if (generation !== this.#generation || this.#worker === undefined) return;
    this.#worker = undefined;
    this.#generation++;
    this.#ready?.(error ?? new Error("it ended at once"));
    const flight = this.#land();
    if (flight === undefined) return;
    const { name } = flight.task.session;
    const reason = error instanceof Error ? `: ${error.message}` : "";
    flight.reject(sondeError("connection", `the worker that read ${name} ended${reason}`, { target: name, retryable: true, cause: error }));
  }

  /** Ends the worker. Files stay open: the next worker opens them again. */
  async #stop(reason?: unknown): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#generation++;
    const flight = this.#land();
    // A descriptor may be closed, and its number given away, only when the thread that reads it is gone.
    await worker?.terminate();
    flight?.reject(reason ?? new Error("the worker was stopped"));
  }

  /** Without files there is no reason to keep a worker for long. */
  #rest(): void {
    if (this.#running || this.#sessions.size > 0 || this.#worker === undefined) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (!this.#running && this.#sessions.size === 0) void this.#stop();
    }, idleMs);
    // In browsers timers are numbers and hold nothing.
    if (typeof this.#idle === "object") this.#idle.unref();
  }
}

/** After a trap nothing in the heap is to be trusted. */
const isFatal = ({ failure }: Answer): boolean => failure?.kind === "trap" || failure?.kind === "memory";

/** One for all files: each worker costs 40 MiB and a tenth of a second. */
export const engine = new Engine();
