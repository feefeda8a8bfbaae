import { createServer, type Socket } from "node:net";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { sondeError } from "@sonde/core";
import type { KeyPair } from "./certificate.node.js";

export type Listener = {
  readonly port: number;
  /** As a crash would: the sockets are gone, without a word of HTTP/2. */
  kill(): void;
  /** Lets the calls under way end for a second. */
  close(): Promise<void>;
};

/** Listens for a gRPC server on sockets of our own, since gRPC's own way to end at once still says goodbye. */
export async function listen(grpc: Server, host: string, port: number, pair: KeyPair | undefined): Promise<Listener> {
  const credentials = pair
    ? ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(pair.cert), private_key: Buffer.from(pair.key) }])
    : ServerCredentials.createInsecure();
  const injector = grpc.createConnectionInjector(credentials);
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    // A client that goes away is no failure of the server.
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", (cause) => {
      const target = `${host}:${port}`;
      reject(sondeError("connection", `can't listen at ${target}: choose another port`, { target, retryable: false, cause }));
    });
    tcp.listen(port, host, resolve);
  });
  const address = tcp.address();
  const kill = () => {
    tcp.close();
    for (const socket of sockets) socket.destroy();
    grpc.forceShutdown();
  };
  return {
    port: typeof address === "object" && address ? address.port : port,
    kill,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(kill, 1000);
        tcp.close();
        grpc.tryShutdown(() => {
          clearTimeout(force);
          for (const socket of sockets) socket.destroy();
          resolve();
        });
      }),
  };
}
