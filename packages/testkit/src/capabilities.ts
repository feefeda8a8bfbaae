import type { Connector } from "@sonde/core/connector";
import { createContext } from "./context.js";
import type { Fixture } from "./fixture.js";
import { gather } from "./rows.js";

const ofStreams = ["windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const;
const ofSources = ["collections", "create"] as const;
const ofRuntimes = { node: "Node", browser: "browser", server: "through a server" } as const;

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** The first lines of the table that {@link capabilityRow} makes rows for. */
export const capabilityHeader: string = [
  line(["connector", ...ofStreams, ...ofSources, ...Object.values(ofRuntimes)]),
  line(["---", ...Array.from({ length: ofStreams.length + ofSources.length + Object.keys(ofRuntimes).length }, () => "---")]),
].join("\n");

/**
 * What a connector can do, as a row of a Markdown table for its README: looked up on the streams of the fixture and the
 * first hundred of the archive. A capability is there when one of them has it.
 */
export async function capabilityRow<Id extends string, Input, Output, Client>(
  connector: Connector<Id, Input, Output, Client>,
  fixture: Fixture<NoInfer<Input>, NoInfer<Client>>,
): Promise<string> {
  const context = createContext(connector, fixture);
  try {
    const { driver, stream } = await context.open();
    const streams = [stream, ...(await gather(driver.streams({}, context.call()), 100))];
    for (const capability of ofStreams) {
      const id = fixture[capability]?.stream;
      if (id !== undefined) streams.push(await driver.stream(id, context.call()));
    }
    const said = (yes: boolean | undefined) => (yes ? "yes" : "–");
    return line([
      connector.id,
      ...ofStreams.map((capability) => said(streams.some((each) => each[capability] !== undefined))),
      ...ofSources.map((capability) => said(driver[capability] !== undefined)),
      ...(["node", "browser", "server"] as const).map((runtime) => said(fixture.runtimes?.[runtime])),
    ]);
  } finally {
    await context.release();
  }
}

/** The whole table, a row for each connector with its fixture. */
export async function capabilityTable(entries: readonly (readonly [connector: Connector, fixture: Fixture])[]): Promise<string> {
  const rows: string[] = [];
  for (const [connector, fixture] of entries) rows.push(await capabilityRow(connector, fixture));
  return [capabilityHeader, ...rows, ""].join("\n");
}
