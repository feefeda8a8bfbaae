import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { type ChannelCredentials, Client, credentials, Metadata } from "@grpc/grpc-js";
import { BTrDB } from "../../src/proto/btrdb_pb.js";

type Methods = (typeof BTrDB)["method"];
type Name = keyof Methods;
type Request<N extends Name> = MessageInitShape<Methods[N]["input"]>;
type Reply<N extends Name> = MessageShape<Methods[N]["output"]>;

/** A client of the generated code alone: it shares with the server only the definition. */
export function rawClient(endpoint: string, options: { key?: string; channel?: ChannelCredentials } = {}) {
  const client = new Client(endpoint, options.channel ?? credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
  const metadata = new Metadata();
  if (options.key !== undefined) metadata.set("authorization", `Bearer ${options.key}`);
  const describe = <N extends Name>(name: N) => {
    const { input, output, name: path }: { input: DescMessage; output: DescMessage; name: string } = BTrDB.method[name];
    return {
      path: `/v5api.BTrDB/${path}`,
      write: (request: Request<N>) => Buffer.from(toBinary(input, create(input, request as MessageInitShape<DescMessage>))),
      read: (bytes: Buffer) => fromBinary(output, bytes) as Reply<N>,
    };
  };
  return {
    one<N extends Name>(name: N, request: Request<N>): Promise<Reply<N>> {
      const { path, write, read } = describe(name);
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, write, read, request, metadata, (error, reply) => (error ? reject(error) : resolve(reply!)));
      });
    },
    many<N extends Name>(name: N, request: Request<N>) {
      const { path, write, read } = describe(name);
      return client.makeServerStreamRequest(path, write, read, request, metadata);
    },
    async all<N extends Name>(name: N, request: Request<N>): Promise<Reply<N>[]> {
      const replies: Reply<N>[] = [];
      for await (const reply of this.many(name, request)) replies.push(reply);
      return replies;
    },
    talk<N extends Name>(name: N) {
      const { path, write, read } = describe(name);
      return client.makeBidiStreamRequest(path, write, read, metadata);
    },
    close: () => client.close(),
  };
}
export type RawClient = ReturnType<typeof rawClient>;
