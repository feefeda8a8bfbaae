import type { BackEndCall, DeviceSettings } from "../../src/backends/types.js";

/** A device at this machine, whose back ends listen where a test says. */
export function deviceAt(ports: Partial<DeviceSettings["ports"]>, more: Partial<DeviceSettings> = {}): DeviceSettings {
  return {
    host: "127.0.0.1",
    password: 'se"cr\\et=+/',
    user: "panda",
    organisation: "panda",
    bucket: "data",
    secure: false,
    ports: { reductStore: 1, minio: 1, influx: 1, mqtt: 1, ...ports },
    timeout: 5_000_000_000n,
    attempts: 2,
    maxPackageBytes: 2 ** 26,
    ...more,
  };
}

export const freely = (more: Partial<BackEndCall> = {}): BackEndCall => ({ signal: new AbortController().signal, ...more });

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The error that `work` rejects with. */
export async function refusal(work: Promise<unknown>): Promise<Error & { readonly code?: string; readonly status?: number }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("is not refused");
}
