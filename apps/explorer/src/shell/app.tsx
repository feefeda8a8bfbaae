import { type DragEvent, useEffect, useMemo, useRef, useState } from "react";
import { CatalogTree } from "../catalog/catalog-tree.js";
import { areaOf } from "../plot/figure.js";
import { TracePanel } from "../plot/trace-panel.js";
import { useWidth } from "../plot/use-width.js";
import { CodeDialog, ExportDialog } from "../take/dialogs.js";
import { timeText } from "../time/zones.js";
import { words } from "../words.js";
import { useExplorer, useExplorerState, useHover } from "./context.js";
import { Dialog } from "./dialog.js";
import { traceKey } from "./explorer.js";
import { LowerPane } from "./lower-pane.js";
import { useTheme } from "./theme.js";
import { Toolbar } from "./toolbar.js";

type DialogName = "code" | "export" | "help";

export function App() {
  const explorer = useExplorer();
  const { status, view, range, traces, notice, error } = useExplorerState();
  const { name } = useTheme(view.theme);
  const [dialog, setDialog] = useState<DialogName>();
  const [table, setTable] = useState(false);
  const plots = useRef<HTMLDivElement>(null);
  const width = useWidth(plots);
  const clock = traces.find(({ description }) => description?.clock)?.description?.clock;
  const context = useMemo(() => ({ origin: view.a ?? range?.start ?? 0n, clock }), [view.a, range?.start, clock]);

  useEffect(() => {
    document.documentElement.dataset.theme = name;
  }, [name]);
  useEffect(() => {
    const { left, right } = areaOf({ width, height: 1 });
    if (width > 0) explorer.setPixels(Math.round(right - left));
  }, [width, explorer]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const keys = new Map<string, () => void>([
        ["/", () => document.getElementById("search")?.focus()],
        ["g", () => document.getElementById("go")?.focus()],
        ["c", () => setDialog("code")],
        ["e", () => setDialog("export")],
        ["l", () => document.getElementById("share")?.click()],
        ["u", () => history.back()],
        ["t", () => document.getElementById("zone")?.focus()],
        ["T", () => setTable((before) => !before)],
        ["?", () => setDialog("help")],
        ["Escape", () => explorer.change({ a: undefined, b: undefined })],
      ]);
      const action = keys.get(event.key);
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [explorer]);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void explorer.drop([...event.dataTransfer.files]);
  };

  if (status === "no-session" || status === "failed") {
    return (
      <main className="alone">
        <h1>{status === "no-session" ? words.noSession : words.failed}</h1>
        <p>{status === "no-session" ? words.noSessionHelp : String(error instanceof Error ? error.message : error)}</p>
        <button type="button" onClick={() => location.reload()}>
          {words.retry}
        </button>
      </main>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere; the button in the catalogue does the same
    <div className="app" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <header className="top">
        <button type="button" className="skip" onClick={() => plots.current?.focus()}>
          {words.skip}
        </button>
        <h1>{words.title}</h1>
        <Toolbar context={context} onDialog={setDialog} />
      </header>
      <CatalogTree />
      <main>
        {notice !== undefined && (
          <div className="error" role="alert">
            <p>{notice}</p>
            <button type="button" onClick={() => explorer.notice(undefined)}>
              {words.close}
            </button>
          </div>
        )}
        <div ref={plots} className="plots" tabIndex={-1}>
          {traces.length > 0 && (
            <div className="controls above">
              <button type="button" aria-pressed={table} onClick={() => setTable(!table)}>
                {table ? words.asPlot : words.asTable}
              </button>
            </div>
          )}
          {range !== undefined &&
            traces.map((state, index) => (
              <TracePanel
                key={traceKey(state.trace)}
                state={state}
                index={index}
                width={width}
                range={range}
                context={context}
                table={table}
              />
            ))}
          {range === undefined &&
            traces.map(({ trace, error }) => (
              <Waiting key={traceKey(trace)} label={trace.stream} error={error} onRetry={() => explorer.retry(trace)} />
            ))}
          {traces.length === 0 && view.open === undefined && (
            <div className="empty">
              <h2>{status === "opening" ? words.opening : words.empty}</h2>
              <p>{words.emptyHelp}</p>
            </div>
          )}
        </div>
        <LowerPane />
      </main>
      <Announcer context={context} />
      {dialog === "code" && <CodeDialog onClose={() => setDialog(undefined)} />}
      {dialog === "export" && <ExportDialog onClose={() => setDialog(undefined)} />}
      {dialog === "help" && (
        <Dialog title={words.helpTitle} onClose={() => setDialog(undefined)}>
          <dl className="keys">
            {words.keys.map(([key, what]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </div>
  );
}

/** A trace of which nothing is known yet, or never will be. */
function Waiting({ label, error, onRetry }: { readonly label: string; readonly error: unknown; readonly onRetry: () => void }) {
  if (error === undefined) return <p className="note">{`${label}: ${words.loading}`}</p>;
  return (
    <div className="error" role="alert">
      <p>{`${label}: ${error instanceof Error ? error.message : String(error)}`}</p>
      <button type="button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  );
}

/** Says where the cursor is to who can't see it; after a rest, so that it does not talk all the time. */
function Announcer({ context }: { readonly context: Parameters<typeof timeText>[2] }) {
  const hover = useHover();
  const { view } = useExplorerState();
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(hover === undefined ? "" : timeText(hover, view.zone, context)), 300);
    return () => clearTimeout(timer);
  }, [hover, view.zone, context]);
  return (
    <p className="for-readers" aria-live="polite">
      {said}
    </p>
  );
}
