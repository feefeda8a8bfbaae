import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useExplorer, useExplorerState } from "../shell/context.js";
import { words } from "../words.js";
import { type TreeRow, treeRows } from "./tree.js";

const rowHeight = 28;
/** Streams that a search looks through in each archive. */
const searched = 10_000;

/** Sources, their collections and streams: a tree by the ARIA pattern, which draws only the lines in view. */
export function CatalogTree() {
  const explorer = useExplorer();
  const { listings, view, status } = useExplorerState();
  const [search, setSearch] = useState("");
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const archives = explorer.archives.list;
  const rows = useMemo(() => treeRows(archives, listings, expanded, search), [archives, listings, expanded, search]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12 });
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === active),
  );

  // One source alone, and files that were dropped, stand open.
  useEffect(() => {
    if (status !== "ready") return;
    const opened = archives.filter(({ name, local }) => local || archives.length === 1 || name === view.open?.source);
    for (const { name } of opened) if (explorer.state().listings.get(name) === undefined) explorer.list(name);
    setExpanded((before) => new Set([...before, ...opened.map(({ name }) => JSON.stringify([name]))]));
  }, [archives, status, explorer, view.open?.source]);

  useEffect(() => {
    if (search.trim() === "") return;
    const timer = setTimeout(() => {
      for (const { name } of archives) explorer.list(name, searched);
    }, 200);
    return () => clearTimeout(timer);
  }, [search, archives, explorer]);

  const toggle = (row: TreeRow, open: boolean) => {
    setExpanded((before) => {
      const after = new Set(before);
      if (open) after.add(row.key);
      else after.delete(row.key);
      return after;
    });
    if (open && row.kind === "archive" && (listings.get(row.archive)?.state ?? "closed") === "closed") explorer.list(row.archive);
  };
  const choose = (row: TreeRow, beside: boolean) => {
    setActive(row.key);
    if (row.stream !== undefined) void explorer.open(row.archive, row.stream.id, beside);
    else if (row.kind === "more") explorer.list(row.archive);
    else if (row.expanded !== undefined) toggle(row, !row.expanded);
  };
  const move = (to: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row === undefined) return;
    setActive(row.key);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const parent = rows.slice(0, at).findLastIndex(({ depth }) => depth < row.depth);
    const keys = new Map<string, () => void>([
      ["ArrowDown", () => move(at + 1)],
      ["ArrowUp", () => move(at - 1)],
      ["Home", () => move(0)],
      ["End", () => move(rows.length - 1)],
      ["PageDown", () => move(at + 10)],
      ["PageUp", () => move(at - 10)],
      ["ArrowRight", () => (row.expanded === false ? toggle(row, true) : row.expanded && move(at + 1))],
      ["ArrowLeft", () => (row.expanded ? toggle(row, false) : parent >= 0 && move(parent))],
      ["Enter", () => choose(row, event.shiftKey)],
      [" ", () => choose(row, event.shiftKey)],
    ]);
    const action = keys.get(event.key);
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  return (
    <nav className="catalog" aria-label={words.sources}>
      <input
        id="search"
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        title={words.searchHint}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") box.current?.focus();
        }}
      />
      <div
        ref={box}
        className="tree"
        role="tree"
        aria-label={words.sources}
        tabIndex={0}
        aria-activedescendant={rows[at] === undefined ? undefined : idOf(at)}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const open = row.stream !== undefined && view.open?.source === row.archive && view.open.stream === row.stream.id;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree's, by the ARIA pattern
              // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names the active line
              <div
                key={row.key}
                id={idOf(index)}
                className={`line ${row.kind}${index === at ? " active" : ""}`}
                role="treeitem"
                aria-level={row.depth + 1}
                aria-setsize={row.set}
                aria-posinset={row.position}
                aria-expanded={row.expanded}
                aria-selected={open}
                title={row.stream?.id ?? row.detail}
                style={{ transform: `translateY(${start}px)`, paddingInlineStart: 8 + 14 * row.depth, height: rowHeight }}
                onClick={(event) => choose(row, event.shiftKey)}
              >
                <span className="twist" aria-hidden="true">
                  {row.expanded === undefined ? "" : row.expanded ? "▾" : "▸"}
                </span>
                <span className="label">{labelOf(row)}</span>
                <span className="detail">{row.detail}</span>
              </div>
            );
          })}
        </div>
      </div>
      {archives.length === 0 && status === "ready" && <p className="note">{words.noSources}</p>}
      <label className="drop">
        {words.drop}
        <input
          type="file"
          multiple
          accept=".h5,.hdf5,.arrow,.arrows,.ipc"
          aria-label={words.chooseFile}
          onChange={(event) => void explorer.drop([...(event.target.files ?? [])])}
        />
      </label>
    </nav>
  );
}

const idOf = (index: number) => `line-${index}`;

function labelOf({ kind, label }: TreeRow): string {
  if (kind === "more") return label === "failed" ? words.retry : words.more;
  if (kind === "note") return label === "loading" ? words.loading : words.nothing;
  return label;
}
