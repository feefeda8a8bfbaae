import {
  type Device,
  type DeviceOptions,
  imagePackage,
  memoryMetrics,
  scalarsPackage,
  seriesPackage,
  startDevice,
} from "@sonde/drift/testing";

/** 2023-02-13T13:49:53.326Z */
const first = 1_676_296_193_326n;
const SAMPLES = 48_199;
const WIDTH = 1920;
const HEIGHT = 1080;

/** A device as the tutorial has one: acceleration sensors, their energies, a camera, a machine. Ten seconds of them. */
export async function startTutorialDevice(options: DeviceOptions = {}): Promise<Device> {
  const ids = Array.from({ length: 10 }, (_, k) => first + 1000n * BigInt(k));
  const energies = ids.map((id, k) => ({
    time: id * 1_000_000n,
    fields: { ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((step) => [`d${step}`, 2 ** step / (1 + (k % 3))])), count: 11n, status: 0n },
  }));
  const device = await startDevice({ metrics: memoryMetrics({ "energy-distr-1": energies }), ...options });
  for (const [k, id] of ids.entries()) {
    const vibration = (index: number) => Math.sin((k * SAMPLES + index) / 150) + 0.1 * Math.sin(index / 7);
    device.put("acc-5", id, seriesPackage(id, { size: SAMPLES, steps: 9, sample: vibration }));
    device.put("opcua", id, scalarsPackage(id, { speed: 1500 + k, torque: 12.5 - k / 4 }));
  }
  const last = ids.at(-1) ?? first;
  const pixel = (channel: number, row: number, column: number) => (channel === 0 ? row / HEIGHT : channel === 1 ? column / WIDTH : 0.5);
  const denoiser = { kind: "threshold", a: 0, b: 0.01 } as const;
  device.put("camera", last, imagePackage(last, { width: WIDTH, height: HEIGHT, steps: 5, denoiser, pixel }));
  return device;
}
