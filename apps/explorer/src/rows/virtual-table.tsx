// biome-ignore-all lint/a11y/useFocusableInteractive: the region has the focus
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
// biome-ignore-all lint/a11y/useSemanticElements: a table that draws only some of its rows is laid out as a grid
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";

const rowHeight = 26;

type Props = {
  readonly label: string;
  readonly columns: readonly string[];
  readonly headings?: readonly string[] | undefined;
  readonly rows: number;
  readonly cell: (row: number, column: string) => string;
  readonly chosen?: number | undefined;
  readonly onChoose?: ((row: number) => void) | undefined;
  /** The last rows come into view. */
  readonly onEnd?: (() => void) | undefined;
};

/** A table of any length that draws only the rows in view. Rows are chosen by click, or by the arrows where the table has the focus. */
export function VirtualTable({ label, columns, headings = columns, rows, cell, chosen, onChoose, onEnd }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 8 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows - 50) onEnd?.();
  }, [last, rows, onEnd]);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (by === undefined || onChoose === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(rows - 1, (chosen ?? -1) + by));
    onChoose(next);
    virtual.scrollToIndex(next);
  };
  const template = { gridTemplateColumns: `repeat(${columns.length}, minmax(9rem, 1fr))`, minWidth: `${columns.length * 9}rem` };
  return (
    <div ref={box} className="table-box" tabIndex={0} role="region" aria-label={label} onKeyDown={onKeyDown}>
      <div role="table" aria-label={label} aria-rowcount={rows + 1} aria-colcount={columns.length}>
        <div role="rowgroup" className="table-head">
          <div role="row" aria-rowindex={1} className="table-row" style={template}>
            {headings.map((heading, index) => (
              <span role="columnheader" key={columns[index]}>
                {heading}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map(({ index, start }) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the region's
            <div
              role="row"
              key={index}
              aria-rowindex={index + 2}
              className={`table-row${index === chosen ? " chosen" : ""}`}
              style={{ ...template, position: "absolute", insetInline: 0, transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onChoose?.(index)}
            >
              {columns.map((column) => (
                <span role="cell" key={column}>
                  {cell(index, column)}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
