import { type DocumentName, type DocumentPair, documentSchemas } from "./documents.js";
import { eventModelError } from "./errors.js";
import { isRecord } from "./own.js";

/** `off` looks at nothing, `warn` reports and goes on, `strict` rejects. */
export type Validation = "off" | "warn" | "strict";

export type Issue = { readonly path: string; readonly message: string };

/** Whether a text is a document's name. */
export function isDocumentName(name: unknown): name is DocumentName {
  return typeof name === "string" && Object.hasOwn(documentSchemas, name);
}

/** What is wrong with a document by its schema and the rule that keys hold neither "." nor "/"; empty where nothing is. */
export function issuesOf(name: DocumentName, document: unknown): readonly Issue[] {
  const result = documentSchemas[name].safeParse(document);
  const issues: Issue[] = result.success
    ? []
    : result.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  if (openKeys.has(name)) checkKeys(document, "", issues, 0);
  return issues;
}

/** Documents to which writers add what they like. */
const openKeys: ReadonlySet<DocumentName> = new Set(["start", "stop", "descriptor"]);
const deepest = 64;

function checkKeys(value: unknown, path: string, issues: Issue[], depth: number): void {
  if (depth > deepest) return;
  if (Array.isArray(value)) for (const [index, item] of value.entries()) checkKeys(item, `${path}[${index}]`, issues, depth + 1);
  if (!isRecord(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (/[./]/.test(key)) issues.push({ path: at, message: 'a key holds neither "." nor "/"' });
    checkKeys(item, at, issues, depth + 1);
  }
}

/**
 * Checks a document. `strict` throws EventModelValidationError with the first issues, `warn` hands them to `onIssues`. The document is not
 * changed, and keys that the schema does not know are kept.
 */
export function validateDocument(
  name: DocumentName,
  document: unknown,
  mode: Validation = "strict",
  onIssues: (issues: readonly Issue[]) => void = () => {},
): void {
  if (mode === "off") return;
  const issues = issuesOf(name, document);
  if (issues.length === 0) return;
  if (mode === "warn") {
    onIssues(issues);
    return;
  }
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw eventModelError(
    "EventModelValidationError",
    `the ${name} document is not valid: ${first?.path || "it"} ${first?.message}${more}. Read it with validate: "off" to see what it holds`,
    { key: first?.path ?? name },
  );
}

/**
 * A value as a document pair by the least that readers rely on: a known name and an object. Everything else is lenient; undefined for what
 * is none.
 */
export function asDocument(name: unknown, document: unknown): DocumentPair | undefined {
  if (!isDocumentName(name) || !isRecord(document)) return undefined;
  // Readers check each member that they use: what a file says is never trusted to have the schema's types.
  return [name, document] as unknown as DocumentPair;
}
