import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fromIPC, rowsOf, toIPC } from "@sonde/core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type RunningArchives, startArchives } from "./support/archives.js";
import { browserFlags, findBrowser } from "./support/browser.js";
import { labStart, markup } from "./support/lab.js";

const pictures = fileURLToPath(new URL("../.reports/screens/", import.meta.url));
const readmePictures = fileURLToPath(new URL("../screens/", import.meta.url));
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let browser: Browser;
let archives: RunningArchives;
let context: BrowserContext;
let page: Page;
/** What the browser complained about, and dialogues that opened. */
let complaints: string[];

beforeAll(async () => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error("no browser: run `pnpm e2e`, which says so");
  for (const folder of [pictures, readmePictures]) await mkdir(folder, { recursive: true });
  browser = await chromium.launch({ executablePath, args: browserFlags });
});
afterAll(() => browser?.close());
beforeEach(async () => {
  archives = await startArchives();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  complaints = [];
  listen(page);
});
afterEach(async () => {
  await context.close();
  await archives.close();
});

function listen(one: Page): void {
  one.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  one.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  one.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
}

const treeItem = (name: string) => page.getByRole("treeitem").filter({ has: page.locator(".label", { hasText: new RegExp(`^${name}$`) }) });
const panel = (column: string) => page.locator("section.panel").filter({ hasText: column });

async function start(hash = ""): Promise<void> {
  await page.goto(`${archives.server.url}${hash}`);
  await page.getByRole("tree").waitFor();
}

async function openStream(...path: string[]): Promise<void> {
  for (const [depth, name] of path.entries())
    await treeItem(name)
      .and(page.locator(`[aria-level="${depth + 1}"]`))
      .click();
}

async function drawn(column: string): Promise<string> {
  const one = panel(column);
  await one.locator("canvas").waitFor();
  await one.locator(".badge").waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".panel .busy").length === 0);
  return (await one.getByRole("figure").getAttribute("aria-label")) ?? "";
}

const shown = () => page.locator(".range").evaluate((element: HTMLElement) => ({ start: element.dataset.start, end: element.dataset.end }));

/** Kept as an artifact; with SONDE_SCREENS set, those that the README shows are made anew. */
async function screen(name: string, shownInReadme = false): Promise<void> {
  const folder = shownInReadme && process.env.SONDE_SCREENS ? readmePictures : pictures;
  await page.screenshot({ path: `${folder}${name}.png` });
}

/** What axe finds, by rule and place. */
async function violations(): Promise<string[]> {
  const source = await readFile(axe, "utf8");
  await page.evaluate(source);
  return page.evaluate(async () => {
    // axe puts itself there.
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  });
}

describe("the session", () => {
  test("takes the code out of the address, and lasts over a reload and into a second tab", async () => {
    await start();
    await treeItem("grid").waitFor();
    expect(page.url()).not.toContain("code");
    await page.reload();
    await treeItem("grid").waitFor();
    const second = await context.newPage();
    await second.goto(archives.server.origin);
    await second.getByRole("treeitem").first().waitFor();
  });

  test("is missed with words where there is none", async () => {
    await page.goto(archives.server.origin);
    await page.getByRole("heading", { name: "This page has no session" }).waitFor();
    expect(await violations()).toEqual([]);
    await screen("no-session");
  });
});

describe("a grid of 10^9 points", () => {
  test("is browsed from months to nanoseconds, and a permalink shows the same again", async () => {
    await start();
    await openStream("grid", "USEAST_NOC1", "90807", "C1ANG");
    expect(await drawn("value")).toMatch(/windows of .* least -30 deg, greatest 30 deg/);
    expect(await page.locator(".badge").textContent()).toContain("exact");
    await screen("grid-light");
    const heap = () => page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize); // Chromium's own
    expect(await heap()).toBeLessThan(300e6);
    const box = (await page.locator(".plot").boundingBox())!;
    await page.mouse.move(box.x + 500, box.y + 80);
    for (let step = 0; step < 22; step++) {
      await page.mouse.wheel(0, -300);
      await page.waitForTimeout(20);
    }
    expect(await drawn("value")).toContain("rows");
    const { start: from, end: to } = await shown();
    expect(BigInt(to!) - BigInt(from!)).toBeLessThan(60_000_000_000n);
    await page.waitForTimeout(300);
    await screen("grid", true);
    await page.getByRole("button", { name: "As table" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".panel .table-box .table-row").length > 5);
    const before = (await page.locator(".panel .table-box").textContent()) ?? "";
    const link = page.url();
    expect(link).toContain(`from=${from}&to=${to}`);
    expect(await heap()).toBeLessThan(300e6);
    const again = await context.newPage();
    listen(again);
    await again.goto(link);
    await again.getByRole("button", { name: "As table" }).click();
    await again.waitForFunction(() => document.querySelectorAll(".panel .table-box .table-row").length > 5);
    await expect.poll(() => again.locator(".panel .table-box").textContent()).toBe(before);
    expect(complaints).toEqual([]);
  });

  test("is walked by keys alone, and Back undoes", async () => {
    await start();
    await page.keyboard.press("/");
    await page.keyboard.type("c1mag");
    await treeItem("C1MAG").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await drawn("value");
    const whole = await shown();
    await page.locator(".plot").focus();
    await page.waitForTimeout(300);
    await page.keyboard.press("+");
    await page.waitForTimeout(300);
    const zoomed = await shown();
    expect(BigInt(zoomed.end!) - BigInt(zoomed.start!)).toBe((BigInt(whole.end!) - BigInt(whole.start!) + 1n) / 2n);
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("a");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("b");
    await page.locator(".readout", { hasText: "B − A" }).waitFor();
    await screen("cursors");
    await page.waitForTimeout(300);
    await page.keyboard.press("Escape");
    await page.locator(".cursor.b").first().waitFor({ state: "detached" });
    await page.waitForTimeout(300);
    await page.goBack();
    await page.locator(".cursor.b").first().waitFor();
    await page.locator(".plot").focus();
    await page.keyboard.press("0");
    expect(await shown()).toEqual(whole);
  });
});

describe("what is on the screen", () => {
  test("is asked for again by the code that is copied, as TypeScript and by curl", async () => {
    await start();
    await openStream("grid", "USEAST_NOC1", "90807", "C1MAG");
    await drawn("C1MAG");
    await page.getByRole("button", { name: "As table" }).click();
    const table = page.locator(".panel [role=table]");
    await table.locator("[role=row]").nth(3).waitFor();
    const rows = Number(await table.getAttribute("aria-rowcount")) - 1;
    const means = await table.locator("[role=row] > :nth-child(2)").allTextContents();
    const folder = await mkdtemp(join(tmpdir(), "sonde-copied-"));
    process.env.SONDE_TOKEN = archives.server.token;
    try {
      await page.getByRole("button", { name: "Code", exact: true }).click();
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      const typescript = await page.evaluate(() => navigator.clipboard.readText());
      const printed = vi.spyOn(console, "log").mockImplementation(() => {});
      // Beside this file, where packages are found.
      const file = fileURLToPath(new URL("./copied.ts", import.meta.url));
      await writeFile(file, typescript);
      try {
        await import(/* @vite-ignore */ file);
      } finally {
        await rm(file);
      }
      const text = String(printed.mock.calls[0]?.[0]);
      printed.mockRestore();
      expect(text).toContain("mean_value");
      await page.getByRole("button", { name: "curl" }).click();
      const curl = (await page.locator("dialog pre").textContent()) ?? "";
      await promisify(execFile)("sh", ["-c", curl], { cwd: folder });
      const answer = fromIPC(new Uint8Array(await readFile(join(folder, "view.arrow"))));
      expect(answer.numRows).toBe(rows);
      const mean = rowsOf(answer.batches[0]!)[Symbol.iterator]().next().value;
      expect(means[1]).toBe(String(Number(Number(mean?.mean_value).toPrecision(7))));
      expect(typescript + curl).not.toContain(archives.server.token);
    } finally {
      delete process.env.SONDE_TOKEN;
      await rm(folder, { recursive: true });
    }
  });

  test("is exported as a file with all its rows", async () => {
    await start();
    await openStream("lab", "growing");
    await drawn("growing");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByLabel("Format").selectOption("csv");
    await page.getByLabel("What").selectOption("raw");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save" }).click()]);
    expect(download.suggestedFilename()).toBe("lab-growing.csv");
    const lines = (await readFile((await download.path()) ?? "", "utf8")).trim().split("\n");
    expect(lines.length).toBe(1001);
    expect(lines[1]).toMatch(/^2023-11-14T22:13:20.000000000Z,0$/);
    await page.getByRole("status").filter({ hasText: "saved" }).waitFor();
  });

  test("is told in other times, to the nanosecond", async () => {
    await start();
    await openStream("lab", "growing");
    await drawn("growing");
    await page.locator("#zone").selectOption("TAI");
    await page.locator(".range", { hasText: "2023-11-14T22:13:57.000000000 TAI" }).waitFor();
    await page.locator("#zone").selectOption("ns");
    await page.locator(".range", { hasText: "1700000000000000000" }).waitFor();
    await page.locator("#go").fill("1700000000500000000");
    await page.keyboard.press("Enter");
    await page.locator(".range", { hasText: "1700000000000500000 → 1700000000999500001" }).waitFor();
  });
});

describe("a recording", () => {
  test("shows its channels in µV, its spikes as a raster and its entries whole", async () => {
    await start();
    await openStream("recording");
    await page.locator('[role="treeitem"].folder').click();
    await treeItem("samples").click();
    expect(await drawn("channel_0")).toMatch(/µV/);
    await page.getByRole("button", { name: "Draw channel_01", exact: true }).click();
    await drawn("channel_01");
    await treeItem("spikes").click();
    await page.getByRole("tab", { name: "Events" }).waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /events, channels 0 to/ })
      .waitFor();
    await page.locator(".lower canvas").waitFor();
    await page.getByRole("button", { name: "Remove samples · channel_00" }).click();
    await page.locator(".lower canvas").scrollIntoViewIfNeeded();
    await screen("recording", true);
    await treeItem("data_stream/example_data_stream").click();
    await page.getByRole("tab", { name: "Rows" }).click();
    await page
      .getByRole("cell", { name: /arbitrary/ })
      .first()
      .waitFor();
    await page.locator(".lower .table-row").nth(4).click();
    await page.locator(".detail-pane", { hasText: "18446744073709551615" }).waitFor();
    await screen("entries");
    expect(complaints).toEqual([]);
  });

  test("dropped as a file opens on this page, and no byte of it is sent", async () => {
    // The server's policy lets no WebAssembly run yet, which HDF5 is read by.
    await page.route("**/*", async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      const policy = `${headers["content-security-policy"]}; script-src 'self' 'wasm-unsafe-eval'`;
      await route.fulfill({ response, headers: { ...headers, "content-security-policy": policy } });
    });
    await start();
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page
      .getByLabel("Open a file…")
      .setInputFiles({ name: "mine.h5", mimeType: "application/x-hdf5", buffer: Buffer.from(archives.recording) });
    expect(await drawn("channel_0")).toMatch(/µV/);
    await treeItem("mine.h5").first().waitFor();
    expect(sent.filter((one) => one !== "GET /v1/sources" && (one.includes("POST") || one.includes("/v1/")))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("dropped where no WebAssembly may run is refused with words", async () => {
    await start();
    await page
      .getByLabel("Open a file…")
      .setInputFiles({ name: "mine.h5", mimeType: "application/x-hdf5", buffer: Buffer.from(archives.recording) });
    await page.getByRole("alert").filter({ hasText: "WebAssembly" }).waitFor();
  });
});

describe("a table of one's own", () => {
  test("dropped as an Arrow file is drawn, and told to be on this machine", async () => {
    await start();
    const stream = await archives.sources.lab.stream("growing");
    const buffer = Buffer.from(await toIPC(await stream.table()));
    await page.getByLabel("Open a file…").setInputFiles({ name: "mine.arrow", mimeType: "application/octet-stream", buffer });
    expect(await drawn("mine.arrow")).toContain("greatest 0.9999921 mV");
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("dialog").filter({ hasText: "on your machine already" }).waitFor();
  });
});

describe("images", () => {
  test("are stepped through, with contrast, and mark their instant", async () => {
    await start();
    await openStream("lab", "camera");
    await page.locator(".images canvas").waitFor();
    await page.getByRole("status").filter({ hasText: "frame/0" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("status").filter({ hasText: "frame/1" }).waitFor();
    await page.getByLabel("Colour map").selectOption("viridis");
    await screen("images");
    expect(await violations()).toEqual([]);
  });
});

describe("what comes from archives", () => {
  test("is text wherever it stands", async () => {
    await start();
    await page.getByRole("searchbox").fill("onerror");
    await openStream("lab");
    await page.getByRole("treeitem").filter({ hasText: "onerror" }).last().click();
    await page.locator(".panel canvas").waitFor();
    await page.locator(".about pre", { hasText: "javascript:alert(2)" }).waitFor();
    for (const tab of ["Rows", "Requests", "About"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.waitForTimeout(150);
    }
    await page.getByRole("button", { name: "Code" }).click();
    await page.locator("dialog pre", { hasText: "onerror" }).waitFor();
    expect(await page.evaluate(() => document.querySelectorAll("img, script:not([src])").length)).toBe(0);
    expect(await page.evaluate(() => ({}) as { polluted?: string })).toEqual({});
    await expect(page.locator("body").textContent()).resolves.toContain(markup.slice(0, 20));
    expect(complaints).toEqual([]);
  });
});

describe("an archive that fails in mid-view", () => {
  test("is told beside its trace alone, and asked again on request", async () => {
    await start();
    await openStream("lab", "growing");
    await drawn("growing");
    await treeItem("fragile").click({ modifiers: ["Shift"] });
    await drawn("fragile");
    archives.state.broken = true;
    await page.locator(".plot").first().focus();
    for (let step = 0; step < 4; step++) await page.keyboard.press("+");
    const fragile = panel("fragile");
    await fragile.getByRole("alert").waitFor();
    expect(await fragile.getByRole("alert").textContent()).toContain("unplugged");
    expect(await panel("growing").getByRole("alert").count()).toBe(0);
    await screen("failed");
    archives.state.broken = false;
    await fragile.getByRole("button", { name: "Retry" }).click();
    await fragile.getByRole("alert").waitFor({ state: "detached" });
    expect(await drawn("fragile")).toContain("rows");
  });

  test("killed, with its server, is told too", async () => {
    await start();
    await openStream("grid", "USEAST_NOC1", "90807", "C1ANG");
    await drawn("C1ANG");
    archives.grid.kill();
    await page.locator(".plot").first().focus();
    for (let step = 0; step < 6; step++) await page.keyboard.press("+");
    await panel("C1ANG").getByRole("alert").waitFor({ timeout: 40_000 });
    await panel("C1ANG").getByRole("button", { name: "Retry" }).waitFor();
  });
});

describe("a stream that grows", () => {
  test("is followed, and the view goes with it", async () => {
    await start();
    await openStream("lab", "growing");
    await drawn("growing");
    await page.getByRole("button", { name: "Follow" }).click();
    const before = await shown();
    await page.waitForTimeout(300);
    archives.state.late.push({ time: labStart + 2_000_000_000n, value: 5 });
    archives.state.tell();
    await expect.poll(async () => (await shown()).end).toBe(String(labStart + 2_000_000_001n));
    expect(BigInt((await shown()).start!)).toBeGreaterThan(BigInt(before.start!));
    await expect.poll(() => drawn("growing")).toContain("greatest 5 mV");
    await page.getByRole("button", { name: "Stop following" }).click();
  });
});

describe("every screen", () => {
  for (const theme of ["light", "dark"] as const) {
    test(`passes axe in ${theme} colours`, async () => {
      await page.emulateMedia({ colorScheme: theme });
      await start();
      expect(await violations()).toEqual([]);
      await screen(`empty-${theme}`);
      await openStream("recording");
      await page.locator('[role="treeitem"].folder').click();
      await treeItem("samples").click();
      await drawn("channel_0");
      expect(await violations()).toEqual([]);
      await screen(`plot-${theme}`);
      for (const tab of ["Rows", "Requests"]) {
        await page.getByRole("tab", { name: tab }).click();
        await page.waitForTimeout(300);
        expect(await violations(), tab).toEqual([]);
      }
      await page.getByRole("button", { name: "As table" }).click();
      expect(await violations()).toEqual([]);
      for (const dialog of ["Code", "Export", "Keys"]) {
        await page.getByRole("button", { name: dialog, exact: true }).click();
        await page.getByRole("dialog").waitFor();
        expect(await violations(), dialog).toEqual([]);
        await screen(`${dialog.toLowerCase()}-${theme}`);
        await page.keyboard.press("Escape");
      }
      await treeItem("spikes").click();
      await page.locator(".lower canvas").waitFor();
      expect(await violations()).toEqual([]);
      await screen(`raster-${theme}`);
    });
  }

  test("is whole at twice the size, in a narrow window", async () => {
    await page.setViewportSize({ width: 640, height: 480 });
    await start();
    await openStream("recording");
    await page.locator('[role="treeitem"].folder').click();
    await treeItem("samples").click();
    await drawn("channel_0");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
    await screen("narrow");
  });

  test("keeps to the colours that the system forces", async () => {
    await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
    await start();
    await openStream("lab", "growing");
    await drawn("growing");
    await screen("forced");
  });
});
