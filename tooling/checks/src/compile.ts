import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./imports.js";
import type { Snippet } from "./snippets.js";

/** TypeScript's code for a name that nothing declares. */
const CANNOT_FIND_NAME = new Set([2304, 2552, 18004]);

/** Type arguments for something taken as given. */
const UNTYPED_CALL = 2347;

/**
 * What the compiler says of the snippets, by their place. A docstring's example may use the exports of our packages without
 * importing them; what else it leaves undeclared (the reader's own stream, say) is taken as given.
 */
export function compile(snippets: readonly Snippet[]): string[] {
  const exported = exportedNames();
  const files = new Map(
    snippets.map((snippet, index) => [join(root, "tooling/checks", `snippet-${index}.ts`), { snippet, given: new Set<string>() }]),
  );
  // Names of ours that a docstring uses without an import: some, like `open`, are also globals of the browser.
  for (const { snippet, given } of files.values()) {
    const used = snippet.from === "docstring" ? new Set(snippet.code.match(/\b\w+(?=[(.<])/g)) : [];
    for (const name of used)
      if (exported.has(name) && !new RegExp(`\\b(const|import)\\b[^;]*\\b${name}\\b[^;]*(=|from)`).test(snippet.code)) given.add(name);
  }
  const first = diagnose(files, exported);
  for (const { file, code, text } of first) {
    const entry = files.get(file);
    const name = /'([^']+)'/.exec(text)?.[1];
    if (entry?.snippet.from === "docstring" && CANNOT_FIND_NAME.has(code) && name) entry.given.add(name);
  }
  return diagnose(files, exported).map(({ file, text }) => `${files.get(file)?.snippet.place}: ${text}`);
}

type Files = ReadonlyMap<string, { readonly snippet: Snippet; readonly given: ReadonlySet<string> }>;

function diagnose(files: Files, exported: ReadonlyMap<string, string>): { file: string; code: number; text: string }[] {
  const sources = new Map(
    [...files].map(([file, { snippet, given }]) => [file, `${prelude(given, exported)}${snippet.code}\nexport {};\n`]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    // What a docstring takes as given has no type.
    noImplicitAny: false,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ["@sonde/source"],
    allowJs: true,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = sources.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter(({ code }) => code !== UNTYPED_CALL)
      .map(({ code, messageText }) => ({
        file,
        code,
        text: ts.flattenDiagnosticMessageText(messageText, " "),
      }));
  });
}

/** All on one line, so that the snippet's own lines keep their meaning. */
function prelude(given: ReadonlySet<string>, exported: ReadonlyMap<string, string>): string {
  return [...given]
    .map((name) => {
      const from = exported.get(name);
      return from === undefined ? `declare const ${name}: any; ` : `import { ${name} } from ${JSON.stringify(from)}; `;
    })
    .join("");
}

/** Each name that an entry of our packages exports, and the entry. */
function exportedNames(): Map<string, string> {
  const names = new Map<string, string>();
  for (const folder of readdirSync(join(root, "packages"))) {
    const file = join(root, "packages", folder, "package.json");
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    for (const [entry, target] of Object.entries<Record<string, string>>(manifest.exports ?? {})) {
      const source = target["@sonde/source"];
      if (source === undefined) continue;
      const text = readFileSync(join(root, "packages", folder, source), "utf8");
      for (const [, list = ""] of text.matchAll(/export\s*\{([^}]*)\}/g)) {
        for (const name of list.split(",").map((one) => one.trim()))
          if (/^\w+$/.test(name) && !names.has(name)) names.set(name, manifest.name + entry.slice(1));
      }
    }
  }
  return names;
}
