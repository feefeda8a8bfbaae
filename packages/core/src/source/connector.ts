import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Address, type Call, CONTRACT, type Connector, type Driver } from "../contract.js";
import { sondeError } from "../errors.js";
import { createCalls } from "./call.js";
import { parseOptions } from "./options.js";
import { createSource } from "./source.js";
import type { CallOptions, Observe, Source } from "./types.js";

/** A connector that opens its archives itself: what `defineConnector` returns. */
export interface OpenableConnector<Id extends string = string, Input = unknown, Output = unknown, Client = unknown>
  extends Connector<Id, Input, Output, Client> {
  /** Parses the options and connects; the signal is for connecting only. Close the source, or declare it with `await using`. */
  open(options: Input, call?: CallOptions & { readonly observe?: Observe | undefined }): Promise<Source<Client, Id>>;
  /** Whether a source is this connector's; narrows its client. */
  owns(source: Source<unknown, string>): source is Source<Client, Id>;
}

/**
 * Makes a connector from its id, the schema of its options and `connect`. All types are inferred from these.
 *
 * @example
 * ```ts
 * export const plant = defineConnector({ id: "plant", options: z.object({ path: z.string() }), connect: openPlant });
 * ```
 */
export function defineConnector<const Id extends string, Input, Output, Client>(definition: {
  readonly id: Id;
  readonly options: StandardSchemaV1<Input, Output>;
  readonly address?: Address<Input>;
  connect(options: Output, call: Call): Promise<Driver<Client>>;
}): OpenableConnector<Id, Input, Output, Client> {
  const connector: Connector<Id, Input, Output, Client> = { contract: CONTRACT, ...definition };
  return {
    ...connector,
    open: (options, call) => openConnector(connector, options, call),
    owns: (source): source is Source<Client, Id> => source.connector === connector.id,
  };
}

/** Opens an archive of any connector. Rejects `contract` for one that was made for another version of it. */
export async function openConnector<Id extends string, Input, Output, Client>(
  connector: Connector<Id, Input, Output, Client>,
  options: Input,
  { observe, ...call }: CallOptions & { readonly observe?: Observe | undefined } = {},
): Promise<Source<Client, Id>> {
  if (connector.contract !== CONTRACT) {
    const made = `connector '${connector.id}' is made for contract ${connector.contract}, this core for ${CONTRACT}`;
    throw sondeError("contract", `${made}: update the older of the two`, { rule: "version" });
  }
  const parsed = await parseOptions(connector.id, connector.options, options);
  const calls = createCalls(connector.id, observe);
  const driver = await calls.run("connecting", call, (connecting) => connector.connect(parsed, connecting));
  return createSource(connector.id, driver, calls);
}
