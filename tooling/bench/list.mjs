import { btrdbArrow, btrdbInsert, btrdbStream, btrdbValues, btrdbWindows } from "./btrdb/bench.mjs";
import { runEvents, runListing, runTables } from "./databroker/bench.mjs";
import { databrokerImages } from "./databroker-images/bench.mjs";
import { driftValues, driftWalk } from "./drift/bench.mjs";
import { driftReduct, driftS3 } from "./drift-servers/bench.mjs";
import { efdDataset, efdDatasetLate, efdHours, efdHoursLate, efdMonth } from "./efd/bench.mjs";
import { entries } from "./entries/bench.mjs";
import { entriesWrite } from "./entries-write/bench.mjs";
import { framesScan, samplesScan } from "./frames/bench.mjs";
import { framesWrite } from "./frames-write/bench.mjs";
import { messages } from "./messages/bench.mjs";
import { openRecording } from "./open/bench.mjs";
import { parquetAll, parquetThree } from "./parquet/bench.mjs";
import { spikesColumns, spikesWaveforms } from "./spikes/bench.mjs";
import { waveletCoarse, waveletEighth, waveletEncode, waveletWhole } from "./wavelet/bench.mjs";
import { waveletImage, waveletImageEncode, waveletThumbnail } from "./wavelet-image/bench.mjs";

/**
 * Every bench: what is measured (`notes`), the peer, the sizes from small to large, and the bars. `bar` is how long we may take at the
 * largest size, as a share of the peer's time; without it time is shown and not judged. `bounded`: memory must not grow with the file. `also(result)`: verdicts of the bench's own.
 * A folder holds `ours.mjs` (which `load` imports) and `theirs.py`, each with a function `job` that does the same work and returns the same value,
 * and `make.py`, which writes the data with the peer's own programs.
 */
export const benches = [
  framesScan,
  samplesScan,
  framesWrite,
  spikesColumns,
  spikesWaveforms,
  entries,
  openRecording,
  messages,
  waveletWhole,
  waveletEighth,
  waveletCoarse,
  waveletEncode,
  waveletImage,
  waveletThumbnail,
  waveletImageEncode,
  driftWalk,
  driftValues,
  driftS3,
  driftReduct,
  btrdbValues,
  btrdbArrow,
  btrdbInsert,
  btrdbWindows,
  btrdbStream,
  entriesWrite,
  efdHours,
  efdHoursLate,
  efdDataset,
  efdDatasetLate,
  efdMonth,
  parquetAll,
  parquetThree,
  ...runTables,
  runListing,
  runEvents,
  databrokerImages,
];
