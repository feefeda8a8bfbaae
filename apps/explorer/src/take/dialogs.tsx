import { useRef, useState } from "react";
import { useExplorer, useExplorerState } from "../shell/context.js";
import { Dialog } from "../shell/dialog.js";
import type { Explorer, ExplorerState } from "../shell/explorer.js";
import { earlier, later } from "../time/order.js";
import { words } from "../words.js";
import { codeOf, type Language, languages } from "./code.js";
import { estimatedBytes, fetchFile, fileName } from "./export.js";
import { addressOf, type Format, formats, type Shown, shownBy } from "./shown.js";

/** The questions that the plots show, one a trace; of streams of this machine there are none. */
export function shownIn({ traces, range }: ExplorerState, explorer: Explorer): Shown[] {
  if (range === undefined) return [];
  return traces.flatMap(({ trace, level, stream }) => {
    if (level === undefined || stream === undefined || explorer.archives.isLocal(trace.source)) return [];
    return [shownBy({ origin: location.origin, source: trace.source, stream: trace.stream, columns: [trace.column] }, level, range)];
  });
}

export function CodeDialog({ onClose }: { readonly onClose: () => void }) {
  const explorer = useExplorer();
  const state = useExplorerState();
  const shown = shownIn(state, explorer);
  const [language, setLanguage] = useState<Language>("typescript");
  const [copied, setCopied] = useState(false);
  const [which, setWhich] = useState(0);
  const one = shown[Math.min(which, shown.length - 1)];
  const text = one === undefined ? "" : codeOf(one, language);
  return (
    <Dialog title={words.codeTitle} onClose={onClose}>
      {one === undefined ? (
        <p>{state.traces.length > 0 ? words.localExport : words.nothingToTake}</p>
      ) : (
        <>
          <div className="controls">
            <Traces shown={shown} which={which} onChange={setWhich} />
            {languages.map((name) => (
              <button key={name} type="button" aria-pressed={name === language} onClick={() => setLanguage(name)}>
                {words.languages[name]}
              </button>
            ))}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
          <pre tabIndex={0} data-code={language}>
            {text}
          </pre>
          <p className="note">{words.codeHelp}</p>
          <button type="button" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
            {copied ? words.copied : words.copy}
          </button>
        </>
      )}
    </Dialog>
  );
}

function Traces({
  shown,
  which,
  onChange,
}: {
  readonly shown: readonly Shown[];
  readonly which: number;
  readonly onChange: (which: number) => void;
}) {
  if (shown.length < 2) return null;
  return (
    <select aria-label={words.column} value={which} onChange={(event) => onChange(Number(event.target.value))}>
      {shown.map(({ source, stream, columns }, index) => (
        <option key={`${source} ${stream} ${columns}`} value={index}>{`${source} ${stream} ${columns.join(", ")}`}</option>
      ))}
    </select>
  );
}

/** Downloads what is shown, or its rows, with progress; stopping it leaves nothing behind. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const explorer = useExplorer();
  const state = useExplorerState();
  const shown = shownIn(state, explorer);
  const [format, setFormat] = useState<Format>("parquet");
  const [raw, setRaw] = useState(false);
  const [which, setWhich] = useState(0);
  const [progress, setProgress] = useState<string>();
  const [error, setError] = useState<string>();
  const running = useRef<AbortController>(undefined);
  const index = Math.min(which, shown.length - 1);
  const one = shown[index];
  const trace = state.traces.find(
    ({ trace }) => trace.source === one?.source && trace.stream === one.stream && trace.column === one.columns[0],
  );
  const rows = raw || one?.width === undefined ? rowsIn(state, trace) : Number((one.range.end - one.range.start) / one.width) + 1;

  async function save() {
    if (one === undefined) return;
    const { width, ...asRows } = one;
    const question = raw ? asRows : { ...asRows, width };
    const abort = new AbortController();
    running.current = abort;
    setError(undefined);
    setProgress(words.loading);
    try {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      const bytes = await fetchFile(explorer.fetch, addressOf(question, format), {
        signal: abort.signal,
        write: (piece) => void pieces.push(piece),
        onProgress: (sum) => setProgress(sizeText(sum)),
      });
      const name = fileName(one.source, one.stream, format);
      offer(new Blob(pieces), name);
      setProgress(words.saved(name, bytes));
    } catch (cause) {
      setProgress(undefined);
      if (!abort.signal.aborted) setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      running.current = undefined;
    }
  }

  return (
    <Dialog
      title={words.exportTitle}
      onClose={() => {
        running.current?.abort(new DOMException("the export was closed", "AbortError"));
        onClose();
      }}
    >
      {one === undefined ? (
        <p>{state.traces.length > 0 ? words.localExport : words.nothingToTake}</p>
      ) : (
        <>
          <div className="controls">
            <Traces shown={shown} which={index} onChange={setWhich} />
            <label>
              {words.exportWhat}
              <select value={raw ? "raw" : "shown"} onChange={(event) => setRaw(event.target.value === "raw")}>
                <option value="shown">{words.exportShown}</option>
                <option value="raw">{words.exportRaw}</option>
              </select>
            </label>
            <label>
              {words.exportFormat}
              <select value={format} onChange={(event) => setFormat(formats.find((name) => name === event.target.value) ?? "parquet")}>
                {formats.map((name) => (
                  <option key={name} value={name}>
                    {words.formatNames[name]}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p className="note">
            {rows === undefined
              ? words.estimateUnknown
              : `${words.estimate} ${sizeText(estimatedBytes(rows, raw || one.width === undefined ? 1 : 4, format))}`}
          </p>
          <p role="status">{progress}</p>
          {error !== undefined && (
            <p className="error" role="alert">
              {error}
            </p>
          )}
          <div className="controls">
            <button type="button" onClick={() => void save()}>
              {words.save}
            </button>
            <button type="button" onClick={() => running.current?.abort(new DOMException("the export was cancelled", "AbortError"))}>
              {words.cancel}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Rows in view, as far as the windows that are loaded say. */
function rowsIn({ range }: ExplorerState, trace: ExplorerState["traces"][number] | undefined): number | undefined {
  const { rows, extent } = trace?.description ?? {};
  if (rows === undefined || !extent || range === undefined) return undefined;
  const part = Number(earlier(range.end, extent.end) - later(range.start, extent.start));
  return Math.max(0, Math.round((rows * part) / Math.max(1, Number(extent.end - extent.start))));
}

function sizeText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 10_000_000 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** Into the folder for downloads. */
function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
