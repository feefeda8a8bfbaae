import { formatSpan, toNanos } from "@sonde/core";
import { type FormEvent, useState } from "react";
import type { TimeContext } from "../time/zones.js";
import { isZone, specialZones, timeText } from "../time/zones.js";
import { panned, zoomed } from "../view/range.js";
import { themeNames } from "../view/view.js";
import { words } from "../words.js";
import { useExplorer, useExplorerState } from "./context.js";

const offered = ["Europe/Zurich", "America/New_York", "America/Los_Angeles", "America/Santiago", "Asia/Tokyo"];

/** What is asked of everything that is drawn: the range, the zone, and how to take it away. */
export function Toolbar({
  context,
  onDialog,
}: {
  readonly context: TimeContext;
  readonly onDialog: (dialog: "code" | "export" | "help") => void;
}) {
  const explorer = useExplorer();
  const { view, range, following, traces } = useExplorerState();
  const [copied, setCopied] = useState(false);
  const zones = [...new Set([...specialZones, ...offered, view.zone])];
  const live = traces.some(({ stream }) => stream?.supports("live"));
  const chooseZone = (zone: string) => {
    const chosen = zone === "other" ? (prompt(words.otherZone, Intl.DateTimeFormat().resolvedOptions().timeZone) ?? view.zone) : zone;
    explorer.change({ zone: isZone(chosen) ? chosen : view.zone });
  };
  return (
    <div className="toolbar">
      {range !== undefined && traces.length > 0 && (
        <>
          <p className="range" data-start={String(range.start)} data-end={String(range.end)}>
            <span>{timeText(range.start, view.zone, context)}</span> → <span>{timeText(range.end, view.zone, context)}</span>{" "}
            <strong>Δ {formatSpan(range.end - range.start)}</strong>
          </p>
          <div className="group">
            <button type="button" onClick={() => explorer.show(panned(range, -0.5))}>
              ← {words.earlier}
            </button>
            <button type="button" onClick={() => explorer.show(zoomed(range, 0.5))}>
              {words.zoomIn}
            </button>
            <button type="button" onClick={() => explorer.show(zoomed(range, 2))}>
              {words.zoomOut}
            </button>
            <button type="button" onClick={() => explorer.show(panned(range, 0.5))}>
              {words.later} →
            </button>
            <button type="button" onClick={() => explorer.showAll()}>
              {words.all}
            </button>
            {live && (
              <button type="button" aria-pressed={following} onClick={() => (following ? explorer.stopFollowing() : explorer.follow())}>
                {following ? words.stop : words.follow}
              </button>
            )}
            {(view.a !== undefined || view.b !== undefined) && (
              <button type="button" onClick={() => explorer.change({ a: undefined, b: undefined })}>
                {words.clearCursors}
              </button>
            )}
            <GoTo />
          </div>
        </>
      )}
      <div className="group end">
        <button
          type="button"
          id="share"
          onClick={() =>
            void navigator.clipboard.writeText(explorer.link()).then(() => {
              setCopied(true);
              setTimeout(() => setCopied(false), 2000);
            })
          }
        >
          {copied ? words.copied : words.share}
        </button>
        <button type="button" onClick={() => onDialog("code")}>
          {words.code}
        </button>
        <button type="button" onClick={() => onDialog("export")}>
          {words.export}
        </button>
        <button type="button" onClick={() => onDialog("help")}>
          {words.help}
        </button>
        <label>
          {words.zone}
          <select id="zone" value={view.zone} onChange={(event) => chooseZone(event.target.value)}>
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zoneName(zone)}
              </option>
            ))}
            <option value="other">{words.otherZone}</option>
          </select>
        </label>
        <label>
          {words.theme}
          <select
            id="theme"
            value={view.theme}
            onChange={(event) => explorer.change({ theme: themeNames.find((name) => name === event.target.value) ?? "auto" })}
          >
            {themeNames.map((name) => (
              <option key={name} value={name}>
                {words.themeNames[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}

function zoneName(zone: string): string {
  const names: { readonly [zone: string]: string } = words.zoneNames;
  return names[zone] ?? zone;
}

/** Puts a time in the middle. What is no time is told in the field itself. */
function GoTo() {
  const explorer = useExplorer();
  const { range } = useExplorerState();
  const [error, setError] = useState<string>();
  const go = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("time") ?? "").trim();
    try {
      const time = toNanos(/^-?\d+$/.test(text) ? BigInt(text) : text);
      const half = range === undefined ? 500_000_000n : (range.end - range.start) / 2n;
      explorer.show({ start: time - half, end: time + half + 1n });
      setError(undefined);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <form onSubmit={go} className="go">
      <label>
        {words.go}
        <input id="go" name="time" placeholder={words.goHint} aria-invalid={error !== undefined} aria-describedby="go-error" size={28} />
      </label>
      <span id="go-error" role="status" className="error-text">
        {error}
      </span>
    </form>
  );
}
