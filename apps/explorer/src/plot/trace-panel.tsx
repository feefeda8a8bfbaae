// biome-ignore-all lint/a11y/useSemanticElements: a plot is no fieldset
import { fieldInfo, formatSpan, isSondeError, type TimeRange } from "@sonde/core";
import { useMemo, useRef, useState } from "react";
import { useExplorer, useExplorerState, useHover } from "../shell/context.js";
import { type TraceState, traceKey } from "../shell/explorer.js";
import { useTheme } from "../shell/theme.js";
import { type TimeContext, ticksIn, timeText } from "../time/zones.js";
import { words } from "../words.js";
import { FigureCanvas } from "./canvas.js";
import { areaOf, traceFigure } from "./figure.js";
import { PlotTable } from "./plot-table.js";
import { readingAt, selected } from "./readout.js";
import { badgeText, numberText, summaryText } from "./summary.js";
import { usePointer } from "./use-pointer.js";

const height = 210;

type PanelProps = {
  readonly state: TraceState;
  readonly index: number;
  readonly width: number;
  readonly range: TimeRange;
  readonly context: TimeContext;
  readonly table: boolean;
};

/** One trace: its name, how it is drawn, the plot or its table, and what it says at the cursors. */
export function TracePanel({ state, index, width, range, context, table }: PanelProps) {
  const explorer = useExplorer();
  const { view } = useExplorerState();
  const { theme } = useTheme(view.theme);
  const { trace, pieces, level, description, error, missing, stream } = state;
  const name = `${stream?.name ?? trace.stream} · ${trace.column}`;
  const unit = unitOf(state);
  const colour = theme.series[index % theme.series.length] ?? theme.text;
  const summary = summaryText(name, unit, pieces, range, level);
  const figure = useMemo(
    () =>
      width < 64
        ? undefined
        : traceFigure({
            pieces,
            range,
            width,
            height,
            title: name,
            description: summary,
            theme,
            colour,
            ticks: ticksIn(range, Math.max(2, Math.floor(width / 110)), view.zone, context),
          }),
    [pieces, range, width, name, summary, theme, colour, view.zone, context],
  );
  const nothing = error === undefined && missing === 0 && pieces.every(({ tile }) => tile.data.times.length === 0);
  return (
    <section className="panel" aria-label={name} data-trace={traceKey(trace)}>
      <header>
        <h2>
          <span className="swatch" style={{ background: colour }} aria-hidden="true" />
          {name}
          {unit && <span className="unit"> ({unit})</span>}
        </h2>
        {level !== undefined && description !== undefined && <span className="badge">{badgeText(level, pieces, description)}</span>}
        {missing > 0 && <span className="busy">{words.loading}</span>}
        <button type="button" className="quiet" onClick={() => explorer.removeTrace(trace)} aria-label={`${words.remove} ${name}`}>
          ✕
        </button>
      </header>
      {error !== undefined && <TraceError state={state} />}
      {figure !== undefined && !table && (
        <figure aria-label={summary}>
          <Plot state={state} range={range} width={width}>
            <FigureCanvas figure={figure} />
            {nothing && <NoData state={state} />}
          </Plot>
        </figure>
      )}
      {table && <PlotTable name={name} pieces={pieces} range={range} zone={view.zone} context={context} />}
      <Readout state={state} range={range} context={context} unit={unit} />
    </section>
  );
}

function unitOf({ trace, description }: TraceState): string | undefined {
  const field = description?.schema.fields.find((one) => one.name === trace.column || fieldInfo(one).of === trace.column);
  return field && fieldInfo(field).unit;
}

/** The canvas with what moves over it: the part that is marked, the crosshair, both cursors. */
function Plot({
  state,
  range,
  width,
  children,
}: {
  readonly state: TraceState;
  readonly range: TimeRange;
  readonly width: number;
  readonly children: React.ReactNode;
}) {
  const explorer = useExplorer();
  const box = useRef<HTMLDivElement>(null);
  const [brush, setBrush] = useState<readonly [number, number]>();
  const area = areaOf({ width, height });
  usePointer(box, { explorer, range, area, onBrush: setBrush, pieces: state.pieces });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the plot is moved by keys
    <div ref={box} className="plot" tabIndex={0} role="group" aria-label={words.helpTitle} style={{ height }}>
      {children}
      {brush !== undefined && (
        <div
          className="brush"
          style={{ left: Math.min(...brush), width: Math.abs(brush[1] - brush[0]), top: area.top, height: area.bottom - area.top }}
        />
      )}
      <Cursors range={range} left={area.left} right={area.right} top={area.top} bottom={area.bottom} />
    </div>
  );
}

function Cursors({
  range,
  left,
  right,
  top,
  bottom,
}: {
  readonly range: TimeRange;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}) {
  const { view } = useExplorerState();
  const hover = useHover();
  const lines = [
    { name: "hover", time: hover, label: "" },
    { name: "a", time: view.a, label: words.cursorA },
    { name: "b", time: view.b, label: words.cursorB },
  ];
  return lines.map(({ name, time, label }) => {
    if (time === undefined || time < range.start || time > range.end) return null;
    const x = left + (Number(time - range.start) / Number(range.end - range.start)) * (right - left);
    return (
      <div key={name} className={`cursor ${name}`} style={{ left: x, top, height: bottom - top }}>
        {label}
      </div>
    );
  });
}

/** What stands at the pointer and both cursors, and what lies between these. */
function Readout({
  state,
  range,
  context,
  unit,
}: {
  readonly state: TraceState;
  readonly range: TimeRange;
  readonly context: TimeContext;
  readonly unit: string | undefined;
}) {
  const { view } = useExplorerState();
  const hover = useHover();
  const reach = (range.end - range.start) / 50n + 1n;
  const at = (time: bigint | undefined) => (time === undefined ? undefined : readingAt(state.pieces, time, reach));
  const [here, a, b] = [at(hover), at(view.a), at(view.b)];
  const between =
    view.a !== undefined && view.b !== undefined
      ? selected(state.pieces, view.a < view.b ? { start: view.a, end: view.b } : { start: view.b, end: view.a })
      : undefined;
  const text = (reading: typeof here) =>
    reading === undefined
      ? words.noData
      : `${numberText(reading.mid)}${unit ? ` ${unit}` : ""}${reading.low === undefined ? "" : ` (${numberText(reading.low)} … ${numberText(reading.high ?? Number.NaN)})`}`;
  return (
    <dl className="readout">
      {hover !== undefined && (
        <div>
          <dt>{timeText(here?.time ?? hover, view.zone, context)}</dt>
          <dd>{text(here)}</dd>
        </div>
      )}
      {view.a !== undefined && (
        <div>
          <dt>{words.cursorA}</dt>
          <dd>{text(a)}</dd>
        </div>
      )}
      {view.b !== undefined && (
        <div>
          <dt>{words.cursorB}</dt>
          <dd>{text(b)}</dd>
        </div>
      )}
      {a !== undefined && b !== undefined && view.a !== undefined && view.b !== undefined && (
        <div>
          <dt>{words.difference}</dt>
          <dd>
            {formatSpan(view.b - view.a)}, {numberText(b.mid - a.mid)}
            {unit ? ` ${unit}` : ""}
            {view.a !== view.b && `, ${numberText((b.mid - a.mid) / (Number(view.b - view.a) / 1e9))}${unit ? ` ${unit}` : ""}/s`}
          </dd>
        </div>
      )}
      {between !== undefined && (
        <div>
          <dt>A…B</dt>
          <dd>
            {between.count.toLocaleString("en")} {words.points}, {numberText(between.low)} … {numberText(between.high)}, ⌀{" "}
            {numberText(between.mean)}
          </dd>
        </div>
      )}
    </dl>
  );
}

function NoData({ state }: { readonly state: TraceState }) {
  const explorer = useExplorer();
  const { description } = state;
  const { extent } = description ?? {};
  return (
    <div className="nothing">
      <p>{words.noData}</p>
      {extent && (
        <button
          type="button"
          onClick={() => explorer.show(extent.end - extent.start < 16n ? { start: extent.start - 500n, end: extent.end + 500n } : extent)}
        >
          {words.nearestData}
        </button>
      )}
    </div>
  );
}

function TraceError({ state: { trace, error } }: { readonly state: TraceState }) {
  const explorer = useExplorer();
  const message = error instanceof Error ? error.message : String(error);
  const code = isSondeError(error) ? error.code : "error";
  return (
    <div className="error" role="alert">
      <p>
        <strong>{code}</strong> {message}
      </p>
      <button type="button" onClick={() => explorer.retry(trace)}>
        {words.retry}
      </button>
      <button type="button" onClick={() => void navigator.clipboard.writeText(`${code}: ${message}\n${traceKey(trace)}`)}>
        {words.copyDetails}
      </button>
    </div>
  );
}
