import { existsSync, readFileSync, writeFileSync } from "node:fs";

const head = `# Peers

The real programs that the formats come from, run against this code: they read what we write, we read what they write, and every value is
compared by its bits. \`npx -y pnpm@10.34.9 peers\` installs them, pinned, into a cache outside of the checkout (\`SONDE_PEERS\` names
another place), runs their suites and writes this page; \`--only <name>[,<name>]\` runs some of them, \`--installed\` those that are there
already, and leaves this page as it is.

They are programs of other people under their own licences. Nothing of them is part of Sonde.
`;

/**
 * Writes the page from results; peers that were not run keep what the page says of them. The page depends on the pins and on what
 * was found, not on the machine or the day.
 */
export function writeDocument(file, peers, results) {
  const before = existsSync(file) ? sectionsOf(readFileSync(file, "utf8")) : new Map();
  const sections = [];
  const rows = [];
  for (const peer of peers) {
    const result = results.get(peer.name);
    const row = result === undefined ? before.get(peer.name)?.row : tableRow(peer, result);
    const section = result === undefined ? before.get(peer.name)?.section : sectionOf(peer, result);
    if (row === undefined || section === undefined) continue;
    rows.push(row);
    sections.push(section);
  }
  const table = ["| peer | version | licence | cases | differences |", "|---|---|---|---:|---:|", ...rows].join("\n");
  writeFileSync(file, `${[head.trimEnd(), table, ...sections].join("\n\n")}\n`);
}

const tableRow = (peer, { cases, differences }) =>
  `| [${peer.name}](#${peer.name}) | ${peer.versions.join(", ")} | ${peer.licence} | ${cases} | ${differences} |`;

function sectionOf(peer, { failed, known }) {
  const lines = [
    ...known.map(({ count, reason }) => `- ${count === 1 ? "1 case" : `${count} cases`}: ${reason}.`),
    ...failed.map(({ name, detail }) => `- **${name}**: ${detail.split("\n")[0]}`),
  ];
  return [`## ${peer.name}`, peer.compares, lines.length === 0 ? "No differences." : lines.join("\n")].join("\n\n");
}

/** What the page said before, by peer. */
function sectionsOf(text) {
  const [top = "", ...rest] = text.split(/^## /m);
  const rows = new Map();
  for (const line of top.split("\n")) {
    const name = /^\| \[([\w-]+)\]/.exec(line)?.[1];
    if (name !== undefined) rows.set(name, line);
  }
  return new Map(
    rest.map((section) => {
      const name = section.slice(0, section.indexOf("\n"));
      return [name, { row: rows.get(name), section: `## ${section.trimEnd()}` }];
    }),
  );
}
