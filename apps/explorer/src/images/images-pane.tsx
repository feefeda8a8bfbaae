import { cellOf, chunksOf, type Description, type NdArray, type Stream, type TimeRange, timesOf } from "@sonde/core";
import { type ColourMapName, image } from "@sonde/plot";
import { useEffect, useMemo, useRef, useState } from "react";
import { arrayFieldOf } from "../describe/quantities.js";
import { FigureCanvas } from "../plot/canvas.js";
import { useWidth } from "../plot/use-width.js";
import { useExplorer, useExplorerState } from "../shell/context.js";
import { useTheme } from "../shell/theme.js";
import { timeText } from "../time/zones.js";
import { words } from "../words.js";

type Props = { readonly stream: Stream; readonly description: Description; readonly range: TimeRange | undefined };
type Frame = { readonly time: bigint; readonly ref: string };

const mostFrames = 10_000;
const maps = ["grey", "viridis", "inferno", "coolwarm"] as const;

/** Images of what is in view, one at a time: by slider, by button, by the arrows. The one shown marks its instant in every plot. */
export function ImagesPane({ stream, description, range }: Props) {
  const explorer = useExplorer();
  const { view } = useExplorerState();
  const { theme, name } = useTheme(view.theme);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const field = arrayFieldOf(description.schema);
  const { frames, error } = useFrames(stream, field, range ?? description.extent ?? undefined);
  const [at, setAt] = useState(0);
  const [percentiles, setPercentiles] = useState<readonly [number, number]>([1, 99]);
  const [map, setMap] = useState<ColourMapName>("grey");
  const number = Math.min(at, Math.max(0, frames.length - 1));
  const frame = frames[number];
  const { array, error: failed } = useArray(stream, field, frame?.ref);
  useEffect(() => {
    if (frame !== undefined) explorer.hover.set(frame.time);
  }, [frame, explorer]);
  const figure = useMemo(
    () =>
      array === undefined || width < 64
        ? undefined
        : drawn(() => image(array, { percentiles, map, width: Math.min(width, 720), height: 420, theme, zone: undefined })),
    [array, percentiles, map, width, theme],
  );
  const time = frame === undefined ? "" : timeText(frame.time, view.zone, { origin: view.a ?? frame.time, clock: description.clock });
  return (
    <div ref={box} className={`images ${name}`}>
      {frames.length === 0 && error === undefined && <p className="note">{words.noImages}</p>}
      {(error ?? failed) !== undefined && (
        <p className="error" role="alert">
          {error ?? failed}
        </p>
      )}
      <div className="controls">
        <button type="button" disabled={number === 0} onClick={() => setAt(number - 1)}>
          {words.previous}
        </button>
        <label>
          {words.frame} {number + 1}/{frames.length}
          <input
            type="range"
            min={0}
            max={Math.max(0, frames.length - 1)}
            value={number}
            onChange={(event) => setAt(Number(event.target.value))}
          />
        </label>
        <button type="button" disabled={number >= frames.length - 1} onClick={() => setAt(number + 1)}>
          {words.next}
        </button>
        <label>
          {words.darkest}
          <input
            type="number"
            min={0}
            max={percentiles[1] - 1}
            value={percentiles[0]}
            onChange={(event) => setPercentiles([Number(event.target.value), percentiles[1]])}
          />
        </label>
        <label>
          {words.lightest}
          <input
            type="number"
            min={percentiles[0] + 1}
            max={100}
            value={percentiles[1]}
            onChange={(event) => setPercentiles([percentiles[0], Number(event.target.value)])}
          />
        </label>
        <label>
          {words.colours}
          <select value={map} onChange={(event) => setMap(maps.find((one) => one === event.target.value) ?? "grey")}>
            {maps.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </div>
      <p role="status">
        {frame?.ref} · {time} {array !== undefined && `· ${array.shape.join(" × ")}`}
      </p>
      {typeof figure === "string" ? (
        <p className="error">{figure}</p>
      ) : (
        figure !== undefined && (
          <figure aria-label={figure.description}>
            <FigureCanvas figure={figure} />
          </figure>
        )
      )}
    </div>
  );
}

/** A figure, or why an array can't be drawn. */
function drawn<T>(draw: () => T): T | string {
  try {
    return draw();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function useFrames(
  stream: Stream,
  field: string | undefined,
  range: TimeRange | undefined,
): { readonly frames: readonly Frame[]; readonly error?: string } {
  const [found, setFound] = useState<{ readonly frames: readonly Frame[]; readonly error?: string }>({ frames: [] });
  const [start, end] = [range?.start, range?.end];
  useEffect(() => {
    if (field === undefined || start === undefined || end === undefined) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const frames: Frame[] = [];
      try {
        for await (const batch of stream.read({ start, end, columns: [field], signal: abort.signal })) {
          const times = timesOf(batch);
          let row = 0;
          for (const chunk of chunksOf(batch, field))
            for (let index = 0; index < chunk.length; index++) frames.push({ time: times[row++] ?? 0n, ref: String(cellOf(chunk, index)) });
          if (frames.length >= mostFrames) break;
        }
        setFound({ frames });
      } catch (error) {
        if (!abort.signal.aborted) setFound({ frames, error: error instanceof Error ? error.message : String(error) });
      }
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort(new DOMException("another range is shown", "AbortError"));
    };
  }, [stream, field, start, end]);
  return found;
}

function useArray(
  stream: Stream,
  field: string | undefined,
  ref: string | undefined,
): { readonly array?: NdArray; readonly error?: string } {
  const [found, setFound] = useState<{ readonly array?: NdArray; readonly error?: string }>({});
  useEffect(() => {
    if (field === undefined || ref === undefined) return;
    const abort = new AbortController();
    stream
      .arrays({ field, refs: [ref], signal: abort.signal })
      .first()
      .then(
        (array) => setFound(array === undefined ? {} : { array }),
        (error: unknown) => {
          if (!abort.signal.aborted) setFound({ error: error instanceof Error ? error.message : String(error) });
        },
      );
    return () => abort.abort(new DOMException("another image is shown", "AbortError"));
  }, [stream, field, ref]);
  return found;
}
