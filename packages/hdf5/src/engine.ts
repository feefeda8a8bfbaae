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
/** What the worker does now: the promise behind it, and the clock that runs while it says nothing. */
type Flight = {
  readonly id: number;
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  serving: boolean;
};

/**
 * The one worker of this thread and the queue before it. One call is in flight at a time, so that a call that was aborted
 * before its turn is never made, and a worker that falls silent or over is one file's doing.
 */
class Engine {
  readonly #sessions = new Map<Session, number>();
  readonly #queue: Task[] = [];
  readonly #tasks = new Set<Task>();
  #worker: WorkerHandle | undefined;
  /** Counts workers: a session opened in an earlier one must be opened again. */
  #generation = 0;
  #ready: ((error?: unknown) => void) | undefined;
  #flight: Flight | undefined;
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
      for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
        if (task.settled) continue;
        const current = task;
        try {
          const result = await this.#perform(current);
          this.#settle(current, () => current.resolve(result));
        } catch (error) {
          this.#settle(current, () => current.reject(error));
        }
      }
    } finally {
      this.#running = false;
      this.#worker?.hold(false);
      this.#rest();
    }
  }

  async #perform(task: Task): Promise<unknown> {
    const { session, call } = task;
    if (call.name === "close" && this.#sessions.get(session) !== this.#generation) return undefined;
    if (this.#worker === undefined) await this.#start();
    this.#worker?.hold(true);
    if (this.#sessions.get(session) !== this.#generation) {
      const opened = await this.#send(task, "open", { origin: session.origin });
      if (opened.failure !== undefined) throw this.#errorOf(opened.failure, session, "");
      this.#sessions.set(session, this.#generation);
    }
    if (call.name === "open" || task.settled) return undefined;
    const answer = await this.#send(task, call.name, { path: call.path, ...call.args });
    if (answer.failure !== undefined) throw this.#errorOf(answer.failure, session, call.path);
    return answer.result;
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
      this.#flight = { id, task, resolve, reject, serving: false };
      this.#watch();
      worker.post({ id, call, file: task.session.token, ...args });
    });
    const spent = answer.failures >= maxFailures || answer.heapBytes > maxIdleHeap;
    // After a trap nothing in the heap is to be trusted.
    if (spent || answer.failure?.kind === "trap" || answer.failure?.kind === "memory") await this.#stop();
    return answer;
  }

  /** Starts the clock anew; it stands still while we look for the bytes that the worker waits for. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    const flight = this.#flight;
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
    const flight = this.#flight;
    if (flight === undefined || flight.id !== received.id) return;
    if (received.wanted !== undefined) {
      flight.serving = true;
      this.#watch();
      const { position, length } = received.wanted;
      void flight.task.session.shared?.serve(position, length, flight.task.follower.signal).then(() => {
        flight.serving = false;
        if (this.#flight === flight) this.#watch();
      });
      return;
    }
    this.#land()?.resolve(received);
  }

  #land(): Flight | undefined {
    clearTimeout(this.#watchdog);
    const flight = this.#flight;
    this.#flight = undefined;
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

/** One for all files: each worker costs 40 MiB and a tenth of a second. */
export const engine = new Engine();
