import type { TimeRange } from "@sonde/core";
import { type RefObject, useEffect, useRef } from "react";
import type { Explorer } from "../shell/explorer.js";
import type { Piece } from "../tiles/cache.js";
import { between, fractionOf, panned, timeAt, zoomed } from "../view/range.js";
import type { Area } from "./figure.js";
import { rowBeside } from "./readout.js";

type Pointing = {
  readonly explorer: Explorer;
  readonly range: TimeRange;
  readonly area: Area;
  readonly pieces: readonly Piece[];
  readonly onBrush: (brush: readonly [number, number] | undefined) => void;
};

/** Fewer pixels are a click with an unsteady hand. */
const leastBrush = 4;

/** Wheel, drag and keys over a plot. What they do is the view's; what they need to know is asked at the moment. */
export function usePointer(box: RefObject<HTMLElement | null>, pointing: Pointing): void {
  const now = useRef(pointing);
  now.current = pointing;
  useEffect(() => {
    const { current: element } = box;
    if (element === null) return;
    let drag: { readonly x: number; readonly range: TimeRange; readonly pan: boolean; readonly pointer: number } | undefined;
    const pixelOf = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
    const inside = (x: number) => Math.max(now.current.area.left, Math.min(now.current.area.right, x));
    const fractionAt = (x: number) => (inside(x) - now.current.area.left) / (now.current.area.right - now.current.area.left);

    const listeners: { readonly [name: string]: (event: never) => void } = {
      // Not passive: the page must stay where it is.
      wheel(event: WheelEvent) {
        event.preventDefault();
        const { explorer, range } = now.current;
        const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
        const by = sideways ? event.deltaX || event.deltaY : event.deltaY;
        if (sideways) explorer.show(panned(range, Math.max(-0.5, Math.min(0.5, by / 800))));
        else {
          const at = fractionAt(pixelOf(event));
          const next = zoomed(range, 1.25 ** Math.max(-3, Math.min(3, by / 100)), at);
          explorer.show(next);
          explorer.hover.set(timeAt(next, at));
        }
      },
      pointerdown(event: PointerEvent) {
        if (event.button > 1 || (event.target instanceof Element && event.target.closest("button"))) return;
        element.setPointerCapture(event.pointerId);
        drag = { x: inside(pixelOf(event)), range: now.current.range, pan: event.shiftKey || event.button === 1, pointer: event.pointerId };
      },
      pointermove(event: PointerEvent) {
        const { explorer, area, range, onBrush } = now.current;
        const x = inside(pixelOf(event));
        if (drag?.pan) explorer.show(panned(drag.range, (drag.x - x) / (area.right - area.left)));
        else if (drag !== undefined) onBrush([drag.x, x]);
        explorer.hover.set(timeAt(range, fractionAt(x)));
      },
      pointerup(event: PointerEvent) {
        const { explorer, range, onBrush } = now.current;
        const x = inside(pixelOf(event));
        if (drag !== undefined && !drag.pan && Math.abs(x - drag.x) >= leastBrush)
          explorer.show(between(timeAt(range, fractionAt(drag.x)), timeAt(range, fractionAt(x))));
        drag = undefined;
        onBrush(undefined);
      },
      pointercancel() {
        drag = undefined;
        now.current.onBrush(undefined);
      },
      pointerleave() {
        if (drag === undefined) now.current.explorer.hover.set(undefined);
      },
      dblclick() {
        now.current.explorer.showAll();
      },
      keydown(event: KeyboardEvent) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const { explorer, range, pieces } = now.current;
        const hover = explorer.hover.time();
        const at = hover !== undefined && hover >= range.start && hover < range.end ? fractionOf(range, hover) : 0.5;
        const step = (forwards: boolean) => {
          const from = hover ?? timeAt(range, 0.5);
          const next = rowBeside(pieces, from, forwards);
          if (next === undefined) return;
          explorer.hover.set(next);
          if (next < range.start || next >= range.end) explorer.show(panned(range, forwards ? 0.5 : -0.5));
        };
        const keys = new Map<string, () => void>([
          ["ArrowLeft", () => (event.shiftKey ? step(false) : explorer.show(panned(range, -0.1)))],
          ["ArrowRight", () => (event.shiftKey ? step(true) : explorer.show(panned(range, 0.1)))],
          ["+", () => explorer.show(zoomed(range, 0.5, at))],
          ["=", () => explorer.show(zoomed(range, 0.5, at))],
          ["-", () => explorer.show(zoomed(range, 2, at))],
          ["0", () => explorer.showAll()],
          ["a", () => explorer.change({ a: hover ?? timeAt(range, 0.5) })],
          ["b", () => explorer.change({ b: hover ?? timeAt(range, 0.5) })],
        ]);
        const action = keys.get(event.key);
        if (action === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        action();
      },
    };
    for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener as EventListener, { passive: false }); // each listens for its own event
    return () => {
      for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener as EventListener);
    };
  }, [box]);
}
