import type { Connector } from "@sonde/core/connector";
import { createContext } from "./context.js";
import type { Fixture } from "./fixture.js";
import { gather } from "./rows.js";

const ofStreams = ["windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const;
const ofSources = ["collections", "create"] as const;
const ofRuntimes = { node: "Node", browser: "browser", server: "through a server" } as const;

const header: readonly string[] = ["connector", ...ofStreams, ...ofSources, ...Object.values(ofRuntimes)];

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/**
 * What a connector can do, as a row of a Markdown table for its README: looked up on the streams of the fixture and the
 * first hundred of the archive. A capability is there when one of them has it.
 */
export async function capabilityRow<Id extends string, Input, Output, Client>(
  connector: Connector<Id, Input, Output, Client>,
  fixture: Fixture<NoInfer<Input>, NoInfer<Client>>,
): Promise<string> {
  return line(await cellsOf(connector, fixture));
}

/** The whole table, a row for each connector with its fixture; columns are padded, as formatters want them. */
export async function capabilityTable(entries: readonly (readonly [connector: Connector, fixture: Fixture])[]): Promise<string> {
  const rows = [header];
  for (const [connector, fixture] of entries) rows.push(await cellsOf(connector, fixture));
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [padded[0], line(widths.map((width) => "-".repeat(width))), ...padded.slice(1), ""].join("\n");
}

async function cellsOf<Client>(connector: Connector, fixture: Fixture<unknown, Client>): Promise<string[]> {
  const context = createContext(connector, fixture);
  try {
    const { driver, stream } = await context.open();
    const streams = [stream, ...(await gather(driver.streams({}, context.call()), 100))];
    for (const capability of ofStreams) {
      const id = fixture[capability]?.stream;
      if (id !== undefined) streams.push(await driver.stream(id, context.call()));
    }
    const said = (yes: boolean | undefined) => (yes ? "yes" : "–");
    return [
      connector.id,
      ...ofStreams.map((capability) => said(streams.some((each) => each[capability] !== undefined))),
      ...ofSources.map((capability) => said(driver[capability] !== undefined)),
      ...(["node", "browser", "server"] as const).map((runtime) => said(fixture.runtimes?.[runtime])),
    ];
  } finally {
    await context.release();
  }
}
