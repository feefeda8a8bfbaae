import { afterEach, describe, expect, test } from "vitest";
import { call, expected, keyOf, numbers, openResource, openStream, resourceOf, sliced, warnings } from "./fixture.js";

afterEach(() => {
  warnings.length = 0;
});

const frames = (first: number, count: number) => expected([6, 5, 7], "<u2").slice(first * 35, (first + count) * 35);

describe("NPY_SEQ", () => {
  test("reads the file of an index, or a slice of it", async () => {
    const reader = await openResource(resourceOf("NPY_SEQ", "npy/seq"));
    const array = await reader.read({ index: 2 }, call());
    expect(array.shape).toEqual([4, 5]);
    expect(numbers(array)).toEqual(expected([4, 5], "<u2", 2));
    const part = await reader.read(
      { index: 1n },
      call([
        [1, 3],
        [0, 2],
      ]),
    );
    expect(part.shape).toEqual([2, 2]);
    expect(numbers(part)).toEqual(
      sliced(
        expected([4, 5], "<u2", 1),
        [4, 5],
        [
          [1, 3],
          [0, 2],
        ],
      ),
    );
  });

  test("a file that is gone and an index that is none are typed errors", async () => {
    const reader = await openResource(resourceOf("NPY_SEQ", "npy/seq"));
    await expect(reader.read({ index: 9 }, call())).rejects.toMatchObject({ code: "not-found" });
    await expect(reader.read({ index: "../x" }, call())).rejects.toMatchObject({ code: "format" });
    await expect(reader.read({}, call())).rejects.toMatchObject({ code: "format" });
  });
});

describe("AD_TIFF", () => {
  const resource = resourceOf("AD_TIFF", "tiff", { template: "%s%s_%6.6d.tiff", filename: "frame", frame_per_point: 2 });

  test("stacks the frames of a point", async () => {
    const array = await (await openResource(resource)).read({ point_number: 2 }, call());
    expect(array.shape).toEqual([2, 5, 7]);
    expect(numbers(array)).toEqual([...expected([5, 7], "<u2", 4), ...expected([5, 7], "<u2", 5)]);
  });

  test("opens only the frames that a slice names", async () => {
    // Frame 6 is not there.
    const reader = await openResource({ ...resource, resource_kwargs: { ...resource.resource_kwargs, frame_per_point: 7 } });
    const array = await reader.read(
      { point_number: 0 },
      call([
        [5, 6],
        [0, 1],
      ]),
    );
    expect(array.shape).toEqual([1, 1, 7]);
    expect(numbers(array)).toEqual(expected([1, 7], "<u2", 5));
    await expect(reader.read({ point_number: 0 }, call())).rejects.toMatchObject({ code: "not-found" });
  });

  test("a template that leaves the folder is refused", async () => {
    const reader = await openResource(resourceOf("AD_TIFF", "tiff", { template: "%s../../../%s%d.tiff", filename: "x" }));
    await expect(reader.read({ point_number: 0 }, call())).rejects.toMatchObject({ code: "unsupported" });
  });

  test.each([
    { template: "%s%s_%6.6d.tiff" },
    { filename: "frame" },
    { template: "%s", filename: "frame" },
    { template: 5, filename: "x" },
  ])("keywords %j are a typed error", async (kwargs) => {
    const read = async () => (await openResource(resourceOf("AD_TIFF", "tiff", kwargs))).read({ point_number: 0 }, call());
    await expect(read()).rejects.toMatchObject({ code: "format" });
  });
});

describe("HDF5 of area detectors", () => {
  test.each(["AD_HDF5", "AD_HDF5_SWMR"])("%s reads the frames of a point, or a slice of them", async (spec) => {
    for (const file of ["hdf5/detector.h5", "hdf5/compressed.h5"]) {
      const reader = await openResource(resourceOf(spec, file, { frame_per_point: 2 }));
      const array = await reader.read({ point_number: 1 }, call());
      expect(array.shape).toEqual([2, 5, 7]);
      expect(numbers(array)).toEqual(frames(2, 2));
      const slice = [
        [1, 2],
        [2, 4],
        [3, 7],
      ] as const;
      expect(numbers(await reader.read({ point_number: 1 }, call(slice)))).toEqual(sliced(frames(2, 2), [2, 5, 7], slice));
      await reader.close?.();
    }
  });

  test("a point after the last frame is a typed error, a point with fewer frames has those that are there", async () => {
    const reader = await openResource(resourceOf("AD_HDF5", "hdf5/detector.h5", { frame_per_point: 4 }));
    expect((await reader.read({ point_number: 1 }, call())).shape).toEqual([2, 5, 7]);
    await expect(reader.read({ point_number: 2 }, call())).rejects.toMatchObject({ code: "format" });
    await reader.close?.();
  });

  test("a file written for readers beside its writer is read", async () => {
    const reader = await openResource(resourceOf("AD_HDF5_SWMR", "hdf5/swmr.h5"));
    expect(numbers(await reader.read({ point_number: 3 }, call()))).toEqual(frames(3, 1));
    await reader.close?.();
  });

  test("a shape that lies is told once, and the file is right", async () => {
    const reader = await openResource(resourceOf("AD_HDF5", "hdf5/detector.h5"), keyOf([7, 5, 0]));
    for (let point = 0; point < 3; point++) expect((await reader.read({ point_number: point }, call())).shape).toEqual([1, 5, 7]);
    expect(warnings).toEqual([expect.stringContaining("the descriptor says shape (7, 5, 0), the file has (1, 5, 7)")]);
    await reader.close?.();
  });

  test("AD_HDF5_SINGLE reads a file for each frame", async () => {
    const reader = await openResource(
      resourceOf("AD_HDF5_SINGLE", "hdf5", { template: "%s%s_%6.6d.h5", filename: "single", frame_per_point: 3 }),
    );
    const array = await reader.read({ point_number: 0 }, call());
    expect(array.shape).toEqual([3, 5, 7]);
    expect(numbers(array)).toEqual([0, 1, 2].flatMap((frame) => expected([5, 7], "<u2", frame)));
    await reader.close?.();
  });

  test.each(["AD_HDF5_TS", "AD_HDF5_SWMR_TS"])("%s adds seconds and nanoseconds as upstream does", async (spec) => {
    const reader = await openResource(resourceOf(spec, "hdf5/detector.h5", { frame_per_point: 2 }));
    expect(await reader.read({ point_number: 1 }, call())).toEqual({
      shape: [2],
      data: Float64Array.of(1_000_000_002.25, 1_000_000_003.375),
    });
    const one = await openResource(resourceOf(spec, "hdf5/detector.h5"));
    expect(await one.read({ point_number: 1 }, call())).toEqual({ shape: [], data: Float64Array.of(1_000_000_001.125) });
    await reader.close?.();
    await one.close?.();
  });

  test("what is no HDF5 file, and a dataset that is not there, are typed errors", async () => {
    const foreign = await openResource(resourceOf("AD_HDF5", "npy/seq_0.npy"));
    await expect(foreign.read({ point_number: 0 }, call())).rejects.toMatchObject({ code: "format" });
    const other = await openResource(resourceOf("AD_HDF5", "eiger/old_1_master.h5"));
    await expect(other.read({ point_number: 0 }, call())).rejects.toMatchObject({ code: "not-found" });
  });

  test("TPX_HDF5 has its dataset elsewhere", async () => {
    const reader = await openResource(resourceOf("TPX_HDF5", "hdf5/detector.h5"));
    expect(numbers(await reader.read({ point_number: 1 }, call()))).toEqual(expected([4, 3, 9], "<f8").slice(27, 54));
    await reader.close?.();
  });
});

describe("Eiger", () => {
  const all = expected([5, 4, 6], "<u4");

  test.each(["AD_EIGER", "AD_EIGER2", "AD_EIGER_SLICE"])("%s follows its own links to the files of images, in order", async (spec) => {
    const reader = await openResource(resourceOf(spec, "eiger/e", { images_per_file: 3 }));
    const array = await reader.read({ seq_id: 3 }, call());
    expect(array.shape).toEqual([5, 4, 6]);
    expect(numbers(array)).toEqual(all);
    const across = await reader.read(
      { seq_id: 3 },
      call([
        [2, 4],
        [1, 2],
      ]),
    );
    expect(across.shape).toEqual([2, 1, 6]);
    expect(numbers(across)).toEqual(
      sliced(
        all,
        [5, 4, 6],
        [
          [2, 4],
          [1, 2],
        ],
      ),
    );
    expect(await reader.read({ seq_id: 3, frame_num: 1 }, call())).toMatchObject({ shape: [4, 6] });
    expect(numbers(await reader.read({ seq_id: 3, frame_num: 1 }, call()))).toEqual(all.slice(24, 48));
    await reader.close?.();
  });

  test("old firmware has the images in the entry itself", async () => {
    const reader = await openResource(resourceOf("AD_EIGER", "eiger/old", { frame_per_point: 2 }));
    expect(numbers(await reader.read({ seq_id: 1 }, call()))).toEqual(expected([2, 4, 6], "<u4"));
    await reader.close?.();
  });

  test("a link that climbs is refused", async () => {
    const reader = await openResource(resourceOf("AD_EIGER", "eiger/evil", { images_per_file: 1 }));
    await expect(reader.read({ seq_id: 1 }, call())).rejects.toMatchObject({ code: "unsupported" });
    await reader.close?.();
  });
});

describe("Xspress3", () => {
  const all = expected([4, 3, 9], "<f8");

  test("reads the spectrum of a frame and channel", async () => {
    const reader = await openResource(resourceOf("XSP3", "hdf5/detector.h5"));
    expect(await reader.read({ frame: 2, channel: 3 }, call())).toEqual({ shape: [9], data: Float64Array.from(all.slice(72, 81)) });
    expect(numbers(await reader.read({ frame: 2, channel: 3 }, call([[4, 6]])))).toEqual(all.slice(76, 78));
    expect((await reader.read({ channel: 1 }, call())).shape).toEqual([4, 9]);
    await expect(reader.read({ frame: 2, channel: 4 }, call())).rejects.toMatchObject({ code: "format" });
    await expect(reader.read({ frame: 4, channel: 1 }, call())).rejects.toMatchObject({ code: "format" });
    await reader.close?.();
  });

  test("in flight reads the data or an attribute", async () => {
    const reader = await openResource(resourceOf("XSP3_FLY", "hdf5/detector.h5"));
    expect((await reader.read({}, call([[1, 2]]))).shape).toEqual([1, 3, 9]);
    await expect(reader.read({ target: "gain" }, call())).rejects.toMatchObject({ code: "not-found" });
    await reader.close?.();
  });
});

const streamOf = (mimetype: string, path: string, parameters: Readonly<Record<string, unknown>>) => ({
  uid: "stream resource",
  data_key: "cam",
  mimetype,
  uri: `file://localhost/beamline/${path}`,
  parameters: { ...parameters },
});

describe("streams", () => {
  test("HDF5: an index is a row where events are stacked", async () => {
    const reader = await openStream(streamOf("application/x-hdf5", "hdf5/detector.h5", { dataset: "/entry/data/data" }), keyOf([5, 7]));
    const array = await reader.read({ start: 2, stop: 4 }, call());
    expect(array.shape).toEqual([2, 5, 7]);
    expect(numbers(array)).toEqual(frames(2, 2));
    expect(
      numbers(
        await reader.read(
          { start: 2, stop: 4 },
          call([
            [1, 2],
            [4, 5],
          ]),
        ),
      ),
    ).toEqual(frames(3, 1).slice(28));
    await reader.close?.();
  });

  test("HDF5: an index has several rows where the event's shape says so, or its multiplier", async () => {
    for (const [key, parameters] of [
      [keyOf([2, 5, 7]), {}],
      [undefined, { multiplier: 2 }],
    ] as const) {
      const reader = await openStream(
        streamOf("application/x-hdf5", "hdf5/detector.h5", { dataset: "/entry/data/data", ...parameters }),
        key,
      );
      const array = await reader.read({ start: 1, stop: 3 }, call());
      expect(array.shape).toEqual([2, 2, 5, 7]);
      expect(numbers(array)).toEqual(frames(2, 4));
      expect(
        numbers(
          await reader.read(
            { start: 1, stop: 3 },
            call([
              [1, 2],
              [1, 2],
              [0, 1],
            ]),
          ),
        ),
      ).toEqual(frames(5, 1).slice(0, 7));
      await expect(reader.read({ start: 2, stop: 4 }, call())).rejects.toMatchObject({ code: "format" });
      await reader.close?.();
    }
  });

  test("HDF5: with a template an index is a file", async () => {
    const parameters = { dataset: "/entry/data/data", template: "single_{:06d}.h5" };
    const reader = await openStream(streamOf("application/x-hdf5", "hdf5/", parameters));
    const array = await reader.read({ start: 1, stop: 3 }, call());
    expect(array.shape).toEqual([2, 5, 7]);
    expect(numbers(array)).toEqual([1, 2].flatMap((frame) => expected([5, 7], "<u2", frame)));
    await reader.close?.();
  });

  test("TIFF: files are named by the template, one or several for an index", async () => {
    const one = await openStream(streamOf("multipart/related;type=image/tiff", "tiff/", { template: "frame_{:06d}.tiff" }));
    expect(numbers(await one.read({ start: 2, stop: 4 }, call()))).toEqual([2, 3].flatMap((frame) => expected([5, 7], "<u2", frame)));
    const parameters = { template: "%s%s_%6.6d.tiff", filename: "frame", chunk_shape: [1, 5, 7] };
    const two = await openStream(streamOf("multipart/related;type=image/tiff", "tiff/", parameters), keyOf([2, 5, 7]));
    const array = await two.read({ start: 1, stop: 3 }, call());
    expect(array.shape).toEqual([2, 2, 5, 7]);
    expect(numbers(array)).toEqual([2, 3, 4, 5].flatMap((frame) => expected([5, 7], "<u2", frame)));
  });

  test("TIFF: the images of one file are rows", async () => {
    const reader = await openStream(streamOf("image/tiff", "tiff/little_pages.tif", {}));
    const array = await reader.read({ start: 1, stop: 3 }, call());
    expect(array.shape).toEqual([2, 13, 17]);
    expect(numbers(array)).toEqual(expected([4, 13, 17], "<u2").slice(221, 663));
    const single = await openStream(streamOf("image/tiff", "tiff/little_u2.tif", {}));
    expect((await single.read({ start: 0, stop: 1 }, call())).shape).toEqual([1, 13, 17]);
  });

  test("NumPy: a file for each index", async () => {
    const reader = await openStream(streamOf("multipart/related;type=application/x-npy", "npy/seq", {}));
    const array = await reader.read({ start: 0, stop: 3 }, call());
    expect(array.shape).toEqual([3, 4, 5]);
    expect(numbers(array)).toEqual([0, 1, 2].flatMap((index) => expected([4, 5], "<u2", index)));
  });

  test("an abort ends the reading with its reason", async () => {
    const reader = await openStream(streamOf("application/x-hdf5", "hdf5/detector.h5", { dataset: "/entry/data/data" }));
    const reason = new Error("enough");
    await expect(reader.read({ start: 0, stop: 1 }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await reader.close?.();
  });
});
