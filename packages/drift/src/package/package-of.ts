import { type Nanos, sondeError } from "@sonde/core";
import { decode, decodeBytes, type WaveletBuffer } from "@sonde/wavelet-buffer";
import { type DriftImage, jpegImage, waveletImages } from "./image.js";
import { packageName, timeOfId } from "./key.js";
import type { defaultLimits } from "./limits.js";
import type { NamedStatus, PackageKind, PackageMeta } from "./meta.js";
import type { DriftPackage, NamedScalar, NamedVariant, Payload } from "./package.js";
import { type PackageSignal, type SignalOptions, signalOf } from "./signal.js";
import { type Status, statusText } from "./status.js";

/** What the bytes say. */
export interface PackageParts {
  readonly id: bigint;
  readonly topic: string | undefined;
  readonly sourceTime: Nanos | undefined;
  readonly publishTime: Nanos | undefined;
  readonly status: Status;
  readonly labelList: readonly { readonly key: string; readonly value: string }[];
  readonly meta: PackageMeta | undefined;
  readonly payloads: readonly Payload[];
  readonly size: number;
}
type Limits = { readonly [Name in keyof typeof defaultLimits]: number };

export function packageOf(parts: PackageParts, limits: Limits): DriftPackage {
  return new DecodedPackage(parts, limits);
}

class DecodedPackage implements DriftPackage {
  readonly id: bigint;
  declare readonly topic?: string;
  declare readonly sourceTime?: Nanos;
  declare readonly publishTime?: Nanos;
  declare readonly meta?: PackageMeta;
  readonly status: Status;
  readonly labelList: PackageParts["labelList"];
  readonly payloads: readonly Payload[];
  readonly size: number;
  readonly #limits: Limits;
  #buffers: readonly WaveletBuffer[] | undefined;

  constructor({ topic, sourceTime, publishTime, meta, ...parts }: PackageParts, limits: Limits) {
    this.id = parts.id;
    this.status = parts.status;
    this.labelList = parts.labelList;
    this.payloads = parts.payloads;
    this.size = parts.size;
    if (topic !== undefined) this.topic = topic;
    if (sourceTime !== undefined) this.sourceTime = sourceTime;
    if (publishTime !== undefined) this.publishTime = publishTime;
    if (meta !== undefined) this.meta = meta;
    this.#limits = limits;
  }

  get time(): Nanos {
    return timeOfId(this.id);
  }
  get name(): string {
    return this.topic === undefined ? String(this.id) : packageName({ topic: this.topic, id: this.id });
  }
  get kind(): PackageKind {
    return this.meta?.kind ?? "unknown";
  }
  get labels(): ReadonlyMap<string, string> {
    return new Map(this.labelList.map(({ key, value }) => [key, value]));
  }

  get buffer(): WaveletBuffer {
    const [first] = this.buffers();
    if (first === undefined) throw this.#empty();
    return first;
  }

  buffers(): readonly WaveletBuffer[] {
    this.#buffers ??= this.#data().map((data, index) => this.#reading(index, () => decode(data, this.#waveletLimits())));
    return this.#buffers;
  }

  signal(options: SignalOptions = {}): PackageSignal {
    const meta = this.#of("time-series");
    const buffers = this.buffers();
    return this.#reading(0, () => signalOf(meta, buffers, this, options));
  }

  images(): readonly DriftImage[] {
    const meta = this.#of("image");
    if (meta.encoding === "jpeg") return this.#data().map((jpeg) => jpegImage(meta, jpeg, this.#limits.maxPixels, this.name));
    return waveletImages(meta, this.buffers(), this.name);
  }

  scalars(): readonly NamedScalar[] {
    const { variables } = this.#of("scalars");
    const buffers = this.buffers();
    const values = buffers.flatMap((buffer, index) => this.#reading(index, () => [...buffer.compose().data]));
    this.#counted("scalars", values.length, variables.length);
    return variables.map((variable, index) => ({ ...variable, value: isBad(variable) ? null : (values[index] ?? null) }));
  }

  text(): string {
    this.#of("text");
    const parts = this.#data().map((data, index) =>
      this.#reading(index, () => {
        try {
          return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
        } catch (cause) {
          throw sondeError("format", "it is not UTF-8", { cause });
        }
      }),
    );
    return parts.join("");
  }

  typed(): readonly NamedVariant[] {
    const { items } = this.#of("typed");
    const variants = this.#data().flatMap((data, index) => this.#reading(index, () => decodeBytes(data, this.#waveletLimits())));
    this.#counted("typed items", variants.length, items.length);
    // A bad item takes the place of a value, which means nothing.
    return items.map((item, index) => ({ ...item, variant: isBad(item) ? null : (variants[index] ?? null) }));
  }

  aligned(): readonly DriftPackage[] {
    const { packages } = this.#of("aligned");
    const { payloads } = this;
    if (payloads.length === 0) throw this.#empty();
    this.#counted("aligned packages", payloads.length, packages.length);
    return packages.map(({ topic, meta }, index) => {
      // As many as packages, by the line above.
      const payload = payloads[index] as Payload;
      const { id, sourceTime, publishTime, status, labelList } = this;
      return packageOf(
        { id, topic, sourceTime, publishTime, status, labelList, meta, payloads: [payload], size: payload.data.length },
        this.#limits,
      );
    });
  }

  toString(): string {
    const { kind, status, size } = this;
    return `DriftPackage<${this.name}, ${kind}, status=${status.name ?? `0x${status.code.toString(16)}`}, ${size} bytes>`;
  }

  #of<Kind extends PackageMeta["kind"]>(kind: Kind): Extract<PackageMeta, { readonly kind: Kind }> {
    const { meta } = this;
    // What the comparison says, and the compiler can't follow for a generic kind.
    if (meta?.kind === kind) return meta as Extract<PackageMeta, { readonly kind: Kind }>;
    if (meta === undefined && this.payloads.length === 0) throw this.#empty();
    const message = `package ${this.name} is of kind '${this.kind}', not '${kind}': look at its kind first`;
    throw sondeError("unsupported", message, { what: kind });
  }

  #data(): readonly Uint8Array[] {
    if (this.payloads.length === 0) throw this.#empty();
    return this.payloads.map(({ data }) => data);
  }

  #empty() {
    const why = this.status.code === 0 ? "" : `: its status is ${statusText(this.status)}`;
    return sondeError("not-found", `package ${this.name} holds no data${why}`, { id: this.name });
  }

  #counted(what: string, found: number, promised: number): void {
    if (found === promised) return;
    throw sondeError("format", `package ${this.name} promises ${promised} ${what}, and holds ${found}: it is damaged`, { key: this.name });
  }

  #waveletLimits() {
    return { limits: { maxValues: this.#limits.maxValues } };
  }

  /** Adds the package's name to what a payload's bytes are accused of. */
  #reading<T>(index: number, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "format") throw cause;
      const offset = "offset" in cause && typeof cause.offset === "number" ? { offset: cause.offset } : {};
      const message = `payload ${index} of package ${this.name}: ${cause.message}`;
      throw sondeError("format", message, { key: this.name, ...offset, cause });
    }
  }
}

const isBad = ({ status }: NamedStatus): boolean => status.severity === "bad" || status.severity === "unknown";
