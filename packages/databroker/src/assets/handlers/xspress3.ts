import { sondeError } from "@sonde/core/bytes";
import type { AssetHandler } from "../../handlers/types.js";
import { boxOf } from "../box.js";
import { hdf5Files, readDataset, shapeOf } from "../hdf5-files.js";
import { optionalWholeNumber, text, wholeNumber } from "../kwargs.js";

/** `XSP3`: spectra by frame and channel (from 1) of one dataset. A datum without a frame has all of them. */
export const xspress3: AssetHandler = {
  spec: "XSP3",
  async open(resource, context) {
    const { uid } = resource;
    const path = text(resource.resource_kwargs, "key", uid, "entry/instrument/detector/data");
    const files = hdf5Files(context);
    return {
      async read(datum, { signal, slice }) {
        const channel = wholeNumber(datum, "channel", uid);
        const frame = optionalWholeNumber(datum, "frame", uid);
        const dataset = await files.dataset(undefined, path, { signal });
        const [frames = 0, channels = 0, ...spectrum] = shapeOf(dataset, uid);
        if (channel < 1 || channel > channels || (frame ?? 0) >= frames) {
          throw sondeError(
            "format",
            `${uid}: frame ${frame ?? "all"} of channel ${channel} was asked, ${path} has ${frames} of ${channels}: channels count from 1`,
            {
              key: uid,
            },
          );
        }
        const only = { start: channel - 1, end: channel };
        if (frame !== undefined) {
          const inner = boxOf(spectrum, slice, uid);
          const { shape, data } = await readDataset(dataset, [{ start: frame, end: frame + 1 }, only, ...inner], { signal });
          return { shape: shape.slice(2), data };
        }
        const [rows = { start: 0, end: frames }, ...inner] = boxOf([frames, ...spectrum], slice, uid);
        const { shape, data } = await readDataset(dataset, [rows, only, ...inner], { signal });
        return { shape: [shape[0] ?? 0, ...shape.slice(2)], data };
      },
      close: () => files.close(),
    };
  },
};

/** Detectors that write one file in flight: the datum's target is `data`, or the name of an attribute kept for each frame. */
function bulk(spec: string): AssetHandler {
  return {
    spec,
    async open(resource, context) {
      const files = hdf5Files(context);
      return {
        async read(datum, { signal, slice }) {
          const target = text(datum, "target", resource.uid, "data");
          const path = `entry/instrument/detector/${target === "data" ? target : `NDAttributes/${target}`}`;
          const dataset = await files.dataset(undefined, path, { signal });
          return readDataset(dataset, boxOf(shapeOf(dataset, resource.uid), slice, resource.uid), { signal });
        },
        close: () => files.close(),
      };
    },
  };
}

export const bulkHandlers: readonly AssetHandler[] = ["XSP3_FLY", "XPS3_FLY", "DEXELA_FLY_V1", "MERLIN_FLY", "MERLIN_FLY_STREAM_V1"].map(
  bulk,
);
