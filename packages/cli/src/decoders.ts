import type { Connector, StreamDriver } from "@sonde/core";

/** Shows a cell that is stored encoded. */
export type DecodeCell = NonNullable<StreamDriver["decode"]>;

/**
 * The connector, whose streams leave in `decoders` by id how they show encoded cells: writers of text need it, and an open
 * source's streams do not say it.
 */
export function rememberingDecoders(connector: Connector, decoders: Map<string, DecodeCell>): Connector {
  const remember = (stream: StreamDriver): StreamDriver => {
    const { decode } = stream;
    if (decode !== undefined) decoders.set(stream.id, decode.bind(stream));
    return stream;
  };
  return {
    ...connector,
    connect: async (options, call) => {
      const driver = await connector.connect(options, call);
      return {
        client: driver.client,
        info: driver.info,
        async *streams(query, call) {
          for await (const stream of driver.streams(query, call)) yield remember(stream);
        },
        stream: async (id, call) => remember(await driver.stream(id, call)),
        close: () => driver.close(),
        ...(driver.collections === undefined ? {} : { collections: driver.collections }),
        ...(driver.create === undefined ? {} : { create: driver.create }),
      };
    },
  };
}
