import { type ObjectStore, s3 } from "@sonde/object-store";
import { objectPackages } from "./objects.js";
import { originOf } from "./origin.js";
import type { BackEndCall, DeviceSettings, PackageStorage } from "./types.js";

/** Of every MinIO that was not told another. */
const REGION = "us-east-1";

/** Packages as objects `<topic>/<ms>.dp` of the device's bucket. The device's password is the secret key of its user. */
export function minioPackages(device: DeviceSettings): PackageStorage {
  const endpoint = originOf(device, "http", device.ports.minio);
  const { bucket, user, password, fetch, headers, attempts, timeout, maxPackageBytes } = device;
  const credentials = { accessKeyId: user, secretAccessKey: password };
  const name = `MinIO at ${endpoint}`;
  const store = (observe: BackEndCall["observe"]): ObjectStore =>
    s3({
      ...{ bucket, endpoint, credentials, region: REGION, pathStyle: true },
      ...{ fetch, headers, attempts, observe, idleTimeout: timeout, maxBytes: maxPackageBytes },
    });
  const open = (observe: BackEndCall["observe"]) => objectPackages(store(observe), { name, timeout });
  // A store tells its requests to one observer, a back end to that of each call.
  const quiet = open(undefined);
  const told = new WeakMap<NonNullable<BackEndCall["observe"]>, PackageStorage>();
  const packagesFor = ({ observe }: BackEndCall): PackageStorage => {
    if (observe === undefined) return quiet;
    const known = told.get(observe) ?? open(observe);
    told.set(observe, known);
    return known;
  };

  return {
    name,
    info: (call) => packagesFor(call).info(call),
    topics: (call) => packagesFor(call).topics(call),
    keys: (topic, options, call) => packagesFor(call).keys(topic, options, call),
    packages: (topic, options, call) => packagesFor(call).packages(topic, options, call),
    get: (key, call) => packagesFor(call).get(key, call),
    latest: (topic, call) => packagesFor(call).latest(topic, call),
  };
}
