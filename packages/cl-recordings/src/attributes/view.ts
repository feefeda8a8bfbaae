import type { Attribute } from "@sonde/hdf5";
import { printAttributes } from "../print/attributes.js";
import { printable } from "../print/printable.js";
import { type AttributeValue, decodeAttribute } from "./decode.js";

/** Names that PyTables keeps for itself. */
const system =
  /^(CLASS|VERSION|TITLE|PYTABLES_FORMAT_VERSION|EXTDIM|NROWS|AUTO_INDEX|FILTERS|FLAVOR|FIELD_\d+_(NAME|FILL|ATTR_.*)|NODE_TYPE|NODE_TYPE_VERSION|DIRTY)$/;

/** Attributes by name, in the file's order. Prints as a list. */
export type Attributes = { readonly [name: string]: AttributeValue };

/** What an application stored, where the caller does not say what that is. */
export type AnyApplication = { readonly [key: string]: unknown };

/** The attributes that users wrote; with `all` PyTables' own too. */
export function attributesView(
  stored: ReadonlyMap<string, Attribute>,
  options: { readonly owner: string; readonly all?: boolean },
): Attributes {
  const shown = [...stored].filter(([name]) => options.all || !system.test(name));
  // fromEntries defines its properties, so that `__proto__` is a name like another.
  const view: Attributes = Object.fromEntries(shown.map(([name, attribute]) => [name, decodeAttribute(attribute)]));
  return printable(view, () => printAttributes(options.owner, view));
}
