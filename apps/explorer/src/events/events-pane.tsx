import { type Description, formatNanos, type Stream, type TimeRange } from "@sonde/core";
import type { RecordBatch } from "@sonde/core/connector";
import { useEffect, useMemo, useRef, useState } from "react";
import { categoryOf } from "../describe/quantities.js";
import { FigureCanvas } from "../plot/canvas.js";
import { useWidth } from "../plot/use-width.js";
import { useExplorerState } from "../shell/context.js";
import { lengthText } from "../shell/explorer.js";
import { useTheme } from "../shell/theme.js";
import { ticksIn } from "../time/zones.js";
import { words } from "../words.js";
import { type Events, eventsOf, rasterFigure } from "./raster-figure.js";

type Props = { readonly stream: Stream; readonly description: Description; readonly range: TimeRange | undefined };

const mostEvents = 500_000;

/** Events by channel over time: spikes. */
export function EventsPane({ stream, description, range }: Props) {
  const { view } = useExplorerState();
  const { theme } = useTheme(view.theme);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const column = categoryOf(description.schema);
  const whole = range ?? description.extent ?? undefined;
  const { events, full, error } = useEvents(stream, column, whole);
  const channels = useMemo(() => events?.channels.reduce((most, channel) => Math.max(most, channel + 1), 0) ?? 0, [events]);
  const context = useMemo(
    () => ({ origin: view.a ?? whole?.start ?? 0n, clock: description.clock }),
    [view.a, whole?.start, description.clock],
  );
  const summary =
    whole === undefined || events === undefined
      ? words.loading
      : `${stream.name}: ${words.events(events.times.length)}, ${words.channels(channels)}, ${lengthText(whole)}, ${formatNanos(whole.start)}`;
  const figure = useMemo(() => {
    if (width < 64 || whole === undefined || events === undefined) return undefined;
    const ticks = ticksIn(whole, Math.max(2, Math.floor(width / 110)), view.zone, context);
    return rasterFigure({ events, channels, range: whole, width, height: 320, title: stream.name, description: summary, theme, ticks });
  }, [events, channels, whole, width, stream.name, summary, theme, view.zone, context]);
  return (
    <div ref={box}>
      <p className="note" role="status">
        {summary}
        {full && ` ${words.tooMany(mostEvents)}`}
      </p>
      {error !== undefined && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {figure !== undefined && (
        <figure aria-label={summary}>
          <FigureCanvas figure={figure} />
        </figure>
      )}
    </div>
  );
}

function useEvents(stream: Stream, column: string | undefined, range: TimeRange | undefined) {
  const [found, setFound] = useState<{ readonly events?: Events; readonly full?: boolean; readonly error?: string }>({});
  const [start, end] = [range?.start, range?.end];
  useEffect(() => {
    if (column === undefined || start === undefined || end === undefined) return;
    const abort = new AbortController();
    // A drag changes the range with each picture: only where it rests is asked.
    const timer = setTimeout(async () => {
      const batches: RecordBatch[] = [];
      let rows = 0;
      try {
        for await (const batch of stream.read({ start, end, columns: [column], signal: abort.signal })) {
          batches.push(batch);
          rows += batch.numRows;
          if (rows >= mostEvents) break;
        }
        setFound({ events: eventsOf(batches, column), full: rows >= mostEvents });
      } catch (error) {
        if (!abort.signal.aborted) setFound({ error: error instanceof Error ? error.message : String(error) });
      }
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort(new DOMException("another range is shown", "AbortError"));
    };
  }, [stream, column, start, end]);
  return found;
}
