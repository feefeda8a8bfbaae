import { setTimeout as wait } from "node:timers/promises";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mqttBus } from "../../src/backends/mqtt/bus.js";
import { checkFilter, matchesFilter } from "../../src/backends/mqtt/filter.js";
import { loadMqtt } from "../../src/backends/mqtt/load.js";
import { messageQueue } from "../../src/backends/mqtt/queue.js";
import type { BusMessage, MessageBus } from "../../src/backends/types.js";
import { type Broker, startBroker } from "../../src/testing/mqtt/broker.node.js";
import { packetOf, packetSplitter } from "../../src/testing/mqtt/packets.js";
import { all, deviceAt, freely, refusal } from "./support.js";

let broker: Broker;
let bus: MessageBus;
beforeEach(async () => {
  broker = await startBroker();
  bus = mqttBus(deviceAt({ mqtt: broker.port }));
});
afterEach(async () => {
  await bus.close?.();
  await broker.close();
});
const call = freely();
const bytes = (text: string) => new TextEncoder().encode(text);
const shown = ({ topic, bytes: payload }: BusMessage) => `${topic}: ${new TextDecoder().decode(payload)}`;
async function until(met: () => boolean) {
  for (let turn = 0; !met(); turn++) {
    if (turn > 600) throw new Error("never came");
    await wait(5);
  }
}

/** The first `count` messages by a filter. */
async function some(filter: string, count: number, from = bus) {
  const found: string[] = [];
  for await (const message of from.subscribe(filter, call)) if (found.push(shown(message)) === count) break;
  return found;
}

describe("MQTT", () => {
  test("brings messages in order, each to those whose filter matches", async () => {
    const [one, two] = [some("drift/acc-5", 2), some("drift/#", 3)];
    await until(() => broker.subscriptions.length === 2);
    for (const [topic, text] of [
      ["drift/acc-5", "a"],
      ["drift/camera", "b"],
      ["trigger", "c"],
      ["drift/acc-5", "d"],
    ])
      broker.publish(`${topic}`, bytes(`${text}`));
    expect(await one).toEqual(["drift/acc-5: a", "drift/acc-5: d"]);
    expect(await two).toEqual(["drift/acc-5: a", "drift/camera: b", "drift/acc-5: d"]);
  });

  test("unsubscribes where a loop is left, and not while another reads by the same filter", async () => {
    const [first, second] = [some("drift/#", 1), some("drift/#", 2)];
    await until(() => broker.subscriptions.length === 1);
    await wait(20);
    broker.publish("drift/a", bytes("1"));
    await first;
    await wait(20);
    expect(broker.subscriptions).toEqual(["drift/#"]);
    broker.publish("drift/a", bytes("2"));
    await second;
    await until(() => broker.subscriptions.length === 0);
    expect(broker.connections).toBe(1);
  });

  test("publishes the bytes as they are, those of a view too", async () => {
    const long = new Uint8Array(300_000).map((_, at) => at * 31);
    await bus.publish("drift/a", long.subarray(1000), call);
    await bus.publish("drift/a", new Uint8Array(), call);
    await until(() => broker.published.length === 2);
    expect(broker.published[0]?.bytes).toEqual(long.slice(1000));
    expect(broker.published[1]?.bytes.length).toBe(0);
  });

  test("goes on after the connection broke", async () => {
    const found = some("drift/a", 2);
    await until(() => broker.subscriptions.length === 1);
    broker.publish("drift/a", bytes("before"));
    broker.cut();
    await until(() => broker.subscriptions.length === 0);
    await until(() => broker.subscriptions.length === 1);
    broker.publish("drift/a", bytes("after"));
    expect(await found).toEqual(["drift/a: before", "drift/a: after"]);
  });

  test("ends a loop with the signal's reason, and unsubscribes", async () => {
    const ending = new AbortController();
    const found = all(bus.subscribe("#", freely({ signal: ending.signal })));
    await until(() => broker.subscriptions.length === 1);
    const reason = new Error("enough");
    ending.abort(reason);
    await expect(found).rejects.toBe(reason);
    await until(() => broker.subscriptions.length === 0);
    await expect(all(bus.subscribe("#", { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    await expect(bus.publish("a", bytes(""), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("ends loops with `closed` where the bus is closed, and is closed twice without harm", async () => {
    const found = refusal(all(bus.subscribe("#", call)));
    await until(() => broker.subscriptions.length === 1);
    await bus.close?.();
    await bus.close?.();
    expect((await found).code).toBe("closed");
    expect((await refusal(bus.info(call))).code).toBe("closed");
    await until(() => broker.connections === 0);
  });

  test("sends user and password, and refuses wrong ones without showing them", async () => {
    broker.user = { username: "sonde", password: "right-word" };
    const withUser = (password: string) => mqttBus(deviceAt({ mqtt: broker.port }, { broker: { username: "sonde", password } }));
    const right = withUser("right-word");
    expect(await right.info(call)).toEqual({ server: "MQTT", broker: `mqtt://127.0.0.1:${broker.port}` });
    await right.close?.();
    const wrong = await refusal(withUser("hidden-word").info(call));
    expect(wrong.code).toBe("auth");
    expect(JSON.stringify([wrong, wrong.message, wrong.stack])).not.toContain("hidden-word");
    expect((await refusal(bus.info(call))).code).toBe("auth");
  });

  test("ends a loop with `auth` where the broker refuses the user on the way", async () => {
    const found = refusal(all(bus.subscribe("#", call)));
    await until(() => broker.subscriptions.length === 1);
    broker.user = { username: "other", password: "x" };
    broker.cut();
    expect((await found).code).toBe("auth");
    broker.user = undefined;
    expect(await bus.info(call)).toHaveProperty("server", "MQTT");
  });

  test("tells a topic that the user may not read", async () => {
    await broker.close();
    broker = await startBroker({ forbidden: ["secret/#"] });
    const strict = mqttBus(deviceAt({ mqtt: broker.port }));
    expect((await refusal(all(strict.subscribe("secret/#", call)))).code).toBe("auth");
    await strict.close?.();
  });

  test("tells a broker that is not there, and tries anew at the next call", async () => {
    const { port } = broker;
    await broker.close();
    const error = await refusal(bus.info(call));
    expect([error.code, "retryable" in error && error.retryable]).toEqual(["connection", true]);
    expect(error.message).toContain(`mqtt://127.0.0.1:${port}`);
    broker = await startBroker();
  });

  test("refuses filters, topics and URLs that are none", async () => {
    for (const filter of ["", "a#", "#/a", "a/+b", "a\0"]) expect((await refusal(all(bus.subscribe(filter, call)))).code).toBe("options");
    for (const topic of ["", "a/#", "+", "\ud800"]) expect((await refusal(bus.publish(topic, bytes(""), call))).code).toBe("options");
    for (const url of ["http://host", "mqtt://user:hidden@host", "host"]) {
      expect(() => mqttBus(deviceAt({}, { broker: { url } }))).toThrow(expect.objectContaining({ code: "options" }));
    }
    expect(() => mqttBus(deviceAt({}, { broker: { url: "mqtt://user:hidden@host" } }))).not.toThrow(/hidden/);
    expect(broker.connections).toBe(0);
  });

  test("says what to install where the package is absent", async () => {
    const absent = mqttBus(deviceAt({ mqtt: broker.port }), {
      load: () => loadMqtt(() => Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }))),
    });
    const error = await refusal(absent.info(call));
    expect([error.code, /npm install mqtt/.test(error.message)]).toEqual(["unsupported", true]);
  });

  test("delivers what came before an overrun, then where to go on", async () => {
    const queue = messageQueue("drift/#", { messages: 3, bytes: 100 });
    for (let at = 0; at < 9; at++) queue.push({ topic: "a", bytes: new Uint8Array(10), received: BigInt(at) });
    const taken = [];
    for (let at = 0; at < 3; at++) taken.push((await queue.take(call.signal)).received);
    expect(taken).toEqual([0n, 1n, 2n]);
    const error = await refusal(queue.take(call.signal));
    expect([error.code, "resumeFrom" in error && error.resumeFrom]).toEqual(["overrun", 3n]);
    const large = messageQueue("drift/#", { messages: 3, bytes: 100 });
    for (const size of [1000, 1]) large.push({ topic: "a", bytes: new Uint8Array(size), received: 0n });
    expect((await large.take(call.signal)).bytes.length).toBe(1000);
    expect((await refusal(large.take(call.signal))).code).toBe("overrun");
  });

  test("matches filters as the standard's examples say", () => {
    const cases: [string, string, boolean][] = [
      ["sport/tennis/player1/#", "sport/tennis/player1", true],
      ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
      ["sport/#", "sport", true],
      ["#", "a/b", true],
      ["sport/tennis/+", "sport/tennis/player1", true],
      ["sport/tennis/+", "sport/tennis/player1/ranking", false],
      ["sport/+", "sport", false],
      ["sport/+", "sport/", true],
      ["+/+", "/finance", true],
      ["/+", "/finance", true],
      ["+", "/finance", false],
      ["#", "$SYS/x", false],
      ["+/monitor/Clients", "$SYS/monitor/Clients", false],
      ["$SYS/#", "$SYS/", true],
      ["$share/group/drift/#", "drift/a", true],
      ["drift", "Drift", false],
    ];
    for (const [filter, topic, matches] of cases) expect([filter, topic, matchesFilter(filter, topic)]).toEqual([filter, topic, matches]);
  });

  test("matches every topic with itself, and packets of any size and split (1000 cases)", () => {
    const topics = fc.stringMatching(/^[a-z/]{1,12}$/);
    fc.assert(
      fc.property(topics, fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 7 }), (topic, body, step) => {
        checkFilter(topic);
        expect([matchesFilter(topic, topic), matchesFilter("#", topic)]).toEqual([true, true]);
        const packet = packetOf(3, 0, body);
        const split = packetSplitter(1000);
        const found = [];
        for (let at = 0; at < packet.length; at += step) found.push(...split(packet.subarray(at, at + step)));
        expect(found).toEqual([{ type: 3, flags: 0, body }]);
      }),
      { numRuns: 1000 },
    );
  });
});
