import { afterEach, describe, expect, test, vi } from "vitest";
import { nowNanos } from "../../src/time/now.js";

describe("now", () => {
  afterEach(() => void vi.restoreAllMocks());

  test("never goes back and stays within a millisecond or two of Date", () => {
    let last = nowNanos();
    let steps = 0;
    for (let call = 0; call < 200_000; call++) {
      const before = BigInt(Date.now()) * 1_000_000n;
      const now = nowNanos();
      const after = BigInt(Date.now() + 1) * 1_000_000n;
      if (now < last) expect(now).toBeGreaterThanOrEqual(last);
      if (now < before || now > after) expect([before, now, after]).toEqual("in order");
      if (now > last) steps++;
      last = now;
    }
    // Finer than milliseconds, of which the loop has far fewer than this.
    expect(steps).toBeGreaterThan(10_000);
  });

  test("follows a clock that is put forward, and waits for one that is put back", async () => {
    // A module of its own: after an hour ahead this one would stand still for an hour.
    vi.resetModules();
    const { nowNanos } = await import("../../src/time/now.js");
    const real = Date.now();
    const date = vi.spyOn(Date, "now").mockReturnValue(real + 3_600_000);
    const forward = nowNanos();
    expect(forward / 1_000_000n).toBe(BigInt(real + 3_600_000));
    date.mockReturnValue(real);
    expect(nowNanos()).toBe(forward);
    date.mockReturnValue(real + 3_600_001);
    expect(nowNanos() / 1_000_000n).toBe(BigInt(real + 3_600_001));
  });
});
