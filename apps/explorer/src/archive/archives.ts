import { type Description, type Source, type Stream, sondeError } from "@sonde/core";
import type { Fetch } from "@sonde/core/bytes";
import { decode } from "@sonde/msgpack-numpy";
import { remote } from "@sonde/remote";
import * as z from "zod";

/** An archive that can be looked into: one of the server's, or a file that was dropped on the page. */
export type Archive = { readonly name: string; readonly connector: string; readonly local: boolean };

const served = z.array(z.object({ name: z.string(), connector: z.string() }));

/** Opens archives when they are first asked, once each, and keeps what streams say of themselves. */
export class Archives {
  readonly #fetch: Fetch;
  readonly #origin: string;
  readonly #sources = new Map<string, Promise<Source>>();
  readonly #streams = new Map<string, Promise<Stream>>();
  readonly #descriptions = new Map<string, Promise<Description>>();
  #list: readonly Archive[] = [];

  constructor(fetch: Fetch, origin: string) {
    this.#fetch = fetch;
    this.#origin = origin;
  }

  get list(): readonly Archive[] {
    return this.#list;
  }

  /** Asks the server what it has. Rejects `auth` without a session. */
  async load(): Promise<void> {
    const response = await this.#fetch(`${this.#origin}/v1/sources`, {});
    if (response.status === 401)
      throw sondeError("auth", "the page has no session with its server", { target: new URL(this.#origin).host });
    const { data } = served.safeParse(response.ok ? await response.json() : undefined);
    if (data === undefined)
      throw sondeError("connection", `the server answers ${response.status}`, { target: this.#origin, retryable: true });
    this.#list = [...data.map(({ name, connector }) => ({ name, connector, local: false })), ...this.#list.filter(({ local }) => local)];
  }

  /** Adds a source that is open already; returns the name it got, which is free. */
  add(name: string, source: Source): string {
    let free = name;
    for (let count = 2; this.#list.some((one) => one.name === free); count++) free = `${name} (${count})`;
    this.#sources.set(free, Promise.resolve(source));
    this.#list = [...this.#list, { name: free, connector: source.connector, local: true }];
    return free;
  }

  isLocal(name: string): boolean {
    return this.#list.some((one) => one.name === name && one.local);
  }

  /** What fails is asked again the next time. */
  source(name: string): Promise<Source> {
    return kept(this.#sources, name, async () => {
      // Names are the server's own; what it does not have it says.
      return remote.open({
        url: this.#origin,
        source: name,
        fetch: this.#fetch,
        decoders: { msgpack: (cell) => decode(cell) },
        attempts: 2,
      });
    });
  }

  stream(source: string, id: string): Promise<Stream> {
    return kept(this.#streams, `${source}\n${id}`, async () => (await this.source(source)).stream(id));
  }

  describe(source: string, id: string): Promise<Description> {
    return kept(this.#descriptions, `${source}\n${id}`, async () => (await this.stream(source, id)).describe());
  }

  /** What was learnt of a stream is asked again: it has grown, or its archive failed. */
  forget(source: string, id: string): void {
    this.#streams.delete(`${source}\n${id}`);
    this.#descriptions.delete(`${source}\n${id}`);
  }
}

function kept<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}
