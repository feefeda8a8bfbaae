import { create, toBinary } from "@bufbuild/protobuf";
import type { Nanos } from "@sonde/core";
import { AlignedWindowsParamsSchema, ArrowRawValuesParamsSchema, RawValuesParamsSchema, WindowsParamsSchema } from "../proto/btrdb_pb.js";
import { type PointShape, rawShape, statShape } from "./shape.js";
import type { SnapGrid } from "./snap.js";

/** One question for points. Bounds are half open, as the server takes them. */
export type PointRequest = {
  readonly uuid: Uint8Array;
  readonly start: Nanos;
  readonly end: Nanos;
  /** 0 is the latest. */
  readonly version: bigint;
} & (
  | {
      readonly kind: "raw";
      /** Points are moved onto it. `start` is then the earliest that it takes. */
      readonly snap?: SnapGrid | undefined;
    }
  | { readonly kind: "windows"; readonly width: Nanos; readonly depth: number }
  | { readonly kind: "aligned"; readonly pointWidth: number }
);

export function shapeOf({ kind }: PointRequest): PointShape {
  return kind === "raw" ? rawShape : statShape;
}

/** The call and its message; `arrow` for the twin that answers in Arrow's form. */
export function encodeRequest(request: PointRequest, arrow: boolean): { readonly method: string; readonly message: Uint8Array } {
  const { uuid, start, end, version: versionMajor } = request;
  const common = { uuid, start, end, versionMajor };
  switch (request.kind) {
    case "raw":
      return arrow
        ? { method: "ArrowRawValues", message: toBinary(ArrowRawValuesParamsSchema, create(ArrowRawValuesParamsSchema, common)) }
        : { method: "RawValues", message: toBinary(RawValuesParamsSchema, create(RawValuesParamsSchema, common)) };
    case "windows": {
      const { width, depth } = request;
      const message = toBinary(WindowsParamsSchema, create(WindowsParamsSchema, { ...common, width, depth }));
      return { method: arrow ? "ArrowWindows" : "Windows", message };
    }
    case "aligned": {
      const { pointWidth } = request;
      const message = toBinary(AlignedWindowsParamsSchema, create(AlignedWindowsParamsSchema, { ...common, pointWidth }));
      return { method: arrow ? "ArrowAlignedWindows" : "AlignedWindows", message };
    }
  }
}
