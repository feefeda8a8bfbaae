import { type DocumentName, type DocumentPair, documentSchemas } from "./documents.js";
import { eventModelError } from "./errors.js";
import { isRecord, ownValue } from "./own.js";

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
 * A value as a document pair by the least that readers rely on: a known name (undefined for another) and members that have the form which
 * they must have to be read at all. Everything else is lenient; what can't be read throws EventModelValidationError.
 */
export function asDocument(name: unknown, document: unknown): DocumentPair | undefined {
  if (!isDocumentName(name)) return undefined;
  const wrong = isRecord(document) ? unusable(name, document) : "itself";
  if (wrong !== undefined) {
    throw eventModelError("EventModelValidationError", `a ${name} document can't be read: ${wrong} is missing or of another kind`, {
      key: wrong,
    });
  }
  // What is relied on was checked; readers look at the rest as they use it.
  return [name, document] as unknown as DocumentPair;
}

type Form = "text" | "object" | "list" | "time";
const forms: { readonly [Name in DocumentName]: { readonly [member: string]: Form } } = {
  start: { uid: "text", time: "time" },
  stop: { run_start: "text" },
  descriptor: { uid: "text", data_keys: "object" },
  event: { descriptor: "text", data: "object" },
  event_page: { descriptor: "text", uid: "list", seq_num: "list", time: "list", data: "object" },
  resource: { uid: "text" },
  datum: { datum_id: "text", resource: "text", datum_kwargs: "object" },
  datum_page: { resource: "text", datum_id: "list", datum_kwargs: "object" },
  stream_resource: { uid: "text", data_key: "text" },
  stream_datum: { stream_resource: "text", indices: "object" },
  bulk_events: {},
  bulk_datum: { resource: "text", datum_ids: "list", datum_kwarg_list: "list" },
};

/** The member without which a document can't be read. */
function unusable(name: DocumentName, document: Readonly<Record<string, unknown>>): string | undefined {
  for (const [member, form] of Object.entries(forms[name])) {
    const value = ownValue(document, member);
    const fits =
      form === "text"
        ? typeof value === "string"
        : form === "list"
          ? Array.isArray(value)
          : form === "time"
            ? typeof value === "number" && Number.isFinite(value)
            : isRecord(value);
    if (!fits) return member;
  }
  if (name === "descriptor" && !Object.values(document.data_keys as object).every(isRecord)) return "data_keys"; // an object, as seen above
  if (name === "bulk_events") return Object.entries(document).find(([, events]) => !Array.isArray(events) || !events.every(isEvent))?.[0];
  return undefined;
}

const isEvent = (event: unknown): boolean => isRecord(event) && unusable("event", event) === undefined;
