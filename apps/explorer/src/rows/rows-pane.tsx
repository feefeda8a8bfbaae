import { type Description, fieldInfo, type Stream, type TimeRange } from "@sonde/core";
import { useCallback, useEffect, useMemo, useReducer, useState } from "react";
import { useExplorerState } from "../shell/context.js";
import { timeText } from "../time/zones.js";
import { words } from "../words.js";
import { cellAt, mostRows, RowPages, timeOf } from "./row-pages.js";
import { cellText, hexText, prettyText } from "./value-text.js";
import { VirtualTable } from "./virtual-table.js";

type Props = { readonly stream: Stream; readonly description: Description; readonly range: TimeRange | undefined };

/** The rows of what is in view, read on as one scrolls; one of them whole beside them. */
export function RowsPane({ stream, description, range }: Props) {
  const { view } = useExplorerState();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [chosen, setChosen] = useState<number>();
  const { extent } = description;
  const whole = range ?? extent ?? undefined;
  const [start, end] = [whole?.start, whole?.end];
  const pages = useMemo(
    () => (start === undefined || end === undefined ? undefined : new RowPages(stream, { start, end })),
    [stream, start, end],
  );
  useEffect(() => {
    if (pages === undefined) return;
    setChosen(undefined);
    void pages.more(500).then(redraw);
    return () => pages.close();
  }, [pages]);
  const onEnd = useCallback(() => {
    if (pages !== undefined && !pages.ended) void pages.more(pages.rows + 1).then(redraw);
  }, [pages]);
  const fields = description.schema.fields;
  const columns = fields.map(({ name }) => name);
  const headings = fields.map((field) => {
    const { unit } = fieldInfo(field);
    return unit === undefined ? field.name : `${field.name} (${unit})`;
  });
  if (pages === undefined) return <p className="note">{words.noRows}</p>;
  const context = { origin: view.a ?? extent?.start ?? 0n, clock: description.clock };
  return (
    <div className="rows">
      <p className="note" role="status">
        {pages.rows === 0 && pages.ended ? words.noRows : words.rowsOf(pages.rows, !pages.ended)}
        {pages.full && ` ${words.tooMany(mostRows)}`}
      </p>
      {pages.error !== undefined && (
        <p className="error" role="alert">
          {String(pages.error instanceof Error ? pages.error.message : pages.error)}
        </p>
      )}
      <div className="beside">
        <VirtualTable
          label={`${words.tabs.rows}: ${stream.name}`}
          columns={columns}
          headings={headings}
          rows={pages.rows}
          chosen={chosen}
          onChoose={setChosen}
          onEnd={onEnd}
          cell={(row, column) => {
            const place = pages.place(row);
            if (place === undefined) return "";
            if (column === "time") return timeText(timeOf(place), view.zone, context);
            const field = fields.find(({ name }) => name === column);
            return cellText(shown(stream, field, cellAt(place, column)));
          }}
        />
        <RowDetail stream={stream} description={description} pages={pages} row={chosen} time={(at) => timeText(at, view.zone, context)} />
      </div>
    </div>
  );
}

type DetailProps = {
  readonly stream: Stream;
  readonly description: Description;
  readonly pages: RowPages;
  readonly row: number | undefined;
  readonly time: (at: bigint) => string;
};

/** One row whole: every value as it was meant, and the bytes of those that are stored encoded. */
function RowDetail({ stream, description, pages, row, time }: DetailProps) {
  const place = row === undefined ? undefined : pages.place(row);
  if (place === undefined) return <p className="note detail-pane">{words.chooseRow}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="detail-pane" aria-label={words.wholeValue} tabIndex={0}>
      <h3>{time(timeOf(place))}</h3>
      {description.schema.fields
        .filter(({ name }) => name !== "time")
        .map((field) => {
          const stored = cellAt(place, field.name);
          const { encoding } = fieldInfo(field);
          return (
            <div key={field.name}>
              <h4>{field.name}</h4>
              <pre>{prettyText(shown(stream, field, stored))}</pre>
              {encoding !== undefined && stored instanceof Uint8Array && (
                <details>
                  <summary>
                    {words.rawBytes} ({encoding}, {stored.length})
                  </summary>
                  <pre>{hexText(stored)}</pre>
                </details>
              )}
            </div>
          );
        })}
    </section>
  );
}

/** As the stream's own decoder shows it; as stored where that can't. */
function shown(stream: Stream, field: Description["schema"]["fields"][number] | undefined, cell: unknown): unknown {
  const decode = stream.read({ last: 1n }).decode;
  if (field === undefined || decode === undefined || fieldInfo(field).encoding === undefined) return cell;
  try {
    return decode(field, cell);
  } catch {
    return cell;
  }
}
