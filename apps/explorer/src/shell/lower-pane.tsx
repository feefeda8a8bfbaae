import type { Description, Stream } from "@sonde/core";
import { type KeyboardEvent, useEffect, useState } from "react";
import { AboutPane } from "../describe/about-pane.js";
import { arrayFieldOf, categoryOf } from "../describe/quantities.js";
import { EventsPane } from "../events/events-pane.js";
import { ImagesPane } from "../images/images-pane.js";
import { RowsPane } from "../rows/rows-pane.js";
import type { Tab } from "../view/view.js";
import { words } from "../words.js";
import { useExplorer, useExplorerState } from "./context.js";
import { RequestsPane } from "./requests-pane.js";

/** What the chosen stream is and holds: about it, its rows, events, images; and what was asked. */
export function LowerPane() {
  const explorer = useExplorer();
  const { view, range, status } = useExplorerState();
  const { stream, description, error, again } = useOpened(view.open?.source, view.open?.stream, status === "ready");
  const { open } = view;
  if (open === undefined) return null;
  const there: readonly Tab[] = [
    "about",
    "rows",
    ...(description && categoryOf(description.schema) !== undefined ? (["events"] as const) : []),
    ...(stream?.supports("arrays") && description && arrayFieldOf(description.schema) !== undefined ? (["images"] as const) : []),
    "requests",
  ];
  const tab = there.includes(view.tab) ? view.tab : "about";
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = there[(there.indexOf(tab) + by + there.length) % there.length] ?? "about";
    explorer.change({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section className="lower" aria-label={stream?.name ?? open.stream}>
      <h2>{`${open.source} ▸ ${stream?.collection ? `${stream.collection} ▸ ` : ""}${stream?.name ?? open.stream}`}</h2>
      <div role="tablist" aria-label={stream?.name ?? open.stream} onKeyDown={onKeyDown}>
        {there.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === tab}
            aria-controls="lower-panel"
            tabIndex={name === tab ? 0 : -1}
            onClick={() => explorer.change({ tab: name })}
          >
            {words.tabs[name]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="lower-panel" aria-labelledby={`tab-${tab}`}>
        {error !== undefined && (
          <div className="error" role="alert">
            <p>{error}</p>
            <button type="button" onClick={again}>
              {words.retry}
            </button>
          </div>
        )}
        {tab === "requests" && <RequestsPane />}
        {stream !== undefined && description !== undefined && (
          <>
            {tab === "about" && <AboutPane source={open.source} stream={stream} description={description} />}
            {tab === "rows" && <RowsPane stream={stream} description={description} range={range} />}
            {tab === "events" && <EventsPane stream={stream} description={description} range={range} />}
            {tab === "images" && <ImagesPane stream={stream} description={description} range={range} />}
          </>
        )}
        {stream === undefined && error === undefined && tab !== "requests" && <p className="note">{words.loading}</p>}
      </div>
    </section>
  );
}

type Opened = { readonly key?: string; readonly stream?: Stream; readonly description?: Description; readonly error?: string };

function useOpened(source: string | undefined, id: string | undefined, ready: boolean): Opened & { readonly again: () => void } {
  const explorer = useExplorer();
  const [found, setFound] = useState<Opened>({});
  const [tries, setTries] = useState(0);
  const key = `${source}\n${id}\n${tries}`;
  useEffect(() => {
    if (source === undefined || id === undefined || !ready) return;
    let wanted = true;
    const put = (opened: Opened) => wanted && setFound({ key, ...opened });
    Promise.all([explorer.archives.stream(source, id), explorer.archives.describe(source, id)]).then(
      ([stream, description]) => put({ stream, description }),
      (error: unknown) => put({ error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [source, id, ready, key, explorer]);
  return { ...(found.key === key ? found : {}), again: () => setTries((count) => count + 1) };
}
