// biome-ignore-all lint/a11y/useSemanticElements: what scrolls is a region of its own
import { type Description, fieldInfo, formatSpan, type Stream } from "@sonde/core";
import { prettyText } from "../rows/value-text.js";
import { useExplorer, useExplorerState } from "../shell/context.js";
import { traceKey } from "../shell/explorer.js";
import { timeText } from "../time/zones.js";
import { words } from "../words.js";
import { quantitiesOf } from "./quantities.js";

type Props = { readonly source: string; readonly stream: Stream; readonly description: Description };

const abilities = ["windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const;

/** What a stream says of itself: facts, columns, metadata. All of it is foreign text, and shown as text. */
export function AboutPane({ source, stream, description }: Props) {
  const { view } = useExplorerState();
  const { extent, clock, accuracy, rows, version } = description;
  const time = (at: bigint) => timeText(at, view.zone, { origin: extent?.start ?? 0n, clock });
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [words.facts.kind, description.kind],
    [words.facts.collection, stream.collection],
    [words.facts.id, stream.id],
    [words.facts.rows, rows?.toLocaleString("en")],
    [words.facts.first, extent ? time(extent.start) : undefined],
    [words.facts.last, extent ? time(extent.end) : undefined],
    [words.facts.clock, clock && `${clock.ticks} : ${formatSpan(clock.per)}, ${time(clock.origin)}`],
    [words.facts.accuracy, accuracy === undefined ? undefined : formatSpan(accuracy)],
    [words.facts.version, version],
    [words.facts.abilities, abilities.filter((ability) => stream.supports(ability)).join(", ")],
  ];
  return (
    <div className="about">
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === undefined || value === "" ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <Columns source={source} stream={stream} description={description} />
      <section>
        <h3>{words.metadata}</h3>
        {Object.keys(stream.metadata ?? {}).length === 0 ? (
          <p className="note">{words.noMetadata}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
          <pre tabIndex={0}>{prettyText(stream.metadata)}</pre>
        )}
      </section>
    </div>
  );
}

function Columns({ source, stream, description }: Props) {
  const explorer = useExplorer();
  const { view } = useExplorerState();
  const quantities = quantitiesOf(description.schema);
  const drawn = new Set(view.traces.map(traceKey));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <div className="columns" tabIndex={0} role="region" aria-label={words.column}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.column}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.unit}</th>
            <th scope="col">{words.role}</th>
            <th scope="col">{words.description}</th>
            <th scope="col">{words.draw}</th>
          </tr>
        </thead>
        <tbody>
          {description.schema.fields.map((field) => {
            const { unit, role, label, description: text, of } = fieldInfo(field);
            const column = of ?? field.name;
            const trace = { source, stream: stream.id, column };
            const there = drawn.has(traceKey(trace));
            return (
              <tr key={field.name}>
                <th scope="row">{field.name}</th>
                <td>{String(field.type)}</td>
                <td>{unit}</td>
                <td>{role}</td>
                <td>{[label, text].filter(Boolean).join(": ")}</td>
                <td>
                  {quantities.includes(column) && (
                    <button
                      type="button"
                      aria-pressed={there}
                      aria-label={`${there ? words.drawn : words.draw} ${column}`}
                      onClick={() => (there ? explorer.removeTrace(trace) : explorer.addTrace(trace))}
                    >
                      {there ? words.drawn : words.draw}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
