import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../lib/port.mjs";
import { run } from "../lib/process.mjs";

/** A broker with one user, over TCP, WebSocket and TLS; `start` after `stop` listens where it did. */
export async function prepareMosquitto(folder, scratch, { username, password, anonymous = false }) {
  const [tcp, websocket, tls] = [await freePort(), await freePort(), await freePort()];
  const file = (name) => join(scratch, name);
  writeFileSync(file("users"), "");
  chmodSync(file("users"), 0o600);
  await run("mosquitto_passwd", ["-b", file("users"), username, password]);
  writeFileSync(
    file("acl"),
    `${anonymous ? "topic readwrite #\n" : ""}user ${username}\ntopic readwrite drift/#\ntopic readwrite trigger\n`,
  );
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const pair = ["-keyout", file("key.pem"), "-out", file("certificate.pem")];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...pair, ...subject]);
  const lines = [
    ...["persistence false", "log_type none", "log_dest none", `allow_anonymous ${anonymous}`, `password_file ${file("users")}`],
    ...[`acl_file ${file("acl")}`, `listener ${tcp} 127.0.0.1`, `listener ${websocket} 127.0.0.1`, "protocol websockets"],
    ...[`listener ${tls} 127.0.0.1`, `certfile ${file("certificate.pem")}`, `keyfile ${file("key.pem")}`],
  ];
  // Started by root it becomes another user, who may not read these files.
  if (process.getuid?.() === 0) lines.unshift("user root");
  writeFileSync(file("mosquitto.conf"), `${lines.join("\n")}\n`);

  let child;
  let ended;
  return {
    tcp,
    urls: { tcp: `mqtt://127.0.0.1:${tcp}`, websocket: `ws://127.0.0.1:${websocket}`, tls: `mqtts://127.0.0.1:${tls}` },
    certificate: file("certificate.pem"),
    async start() {
      child = spawn(join(folder, "mosquitto"), ["-c", file("mosquitto.conf")], { stdio: "ignore" });
      ended = new Promise((resolve) => {
        child.on("error", resolve);
        child.on("exit", resolve);
      });
      let running = true;
      ended.then(() => {
        running = false;
      });
      while (!(await listens(tcp))) {
        if (!running) throw new Error("mosquitto ended before it listened");
        await sleep(50);
      }
    },
    async stop() {
      child?.kill();
      await ended;
    },
  };
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => socket.destroy());
    socket.unref();
    setTimeout(() => socket.destroy(), 200).unref();
  });
}
