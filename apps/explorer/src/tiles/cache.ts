import type { TimeRange } from "@sonde/core";
import { earlier, later } from "../time/order.js";
import { type Level, levelKey, tileRange, tilesIn } from "./level.js";
import type { TileData } from "./tile.js";

/** Which tile of which data. `stream` names the source, the stream, its column and its version. */
export type TileKey = { readonly stream: string; readonly level: Level; readonly index: bigint };
export type Tile = TileKey & { readonly data: TileData };
/** A tile to draw, and the part of the time axis that is its to fill. */
export type Piece = { readonly tile: Tile; readonly range: TimeRange };

export function keyText({ stream, level, index }: TileKey): string {
  return `${stream}\n${levelKey(level)}\n${index}`;
}

/** Tiles by use, the longest unused forgotten first; no more bytes than allowed, but for the one put last. */
export class TileCache {
  readonly #tiles = new Map<string, Tile>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = 64 * 2 ** 20) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#tiles.size;
  }

  has(key: TileKey): boolean {
    return this.#tiles.has(keyText(key));
  }

  get(key: TileKey): Tile | undefined {
    const text = keyText(key);
    const tile = this.#tiles.get(text);
    if (tile === undefined) return undefined;
    // Maps keep the order of insertion: what is used goes to the end.
    this.#tiles.delete(text);
    this.#tiles.set(text, tile);
    return tile;
  }

  put(tile: Tile): void {
    this.#remove(keyText(tile));
    this.#tiles.set(keyText(tile), tile);
    this.#bytes += tile.data.bytes;
    for (const text of this.#tiles.keys()) {
      if (this.#bytes <= this.#maxBytes || this.#tiles.size === 1) return;
      this.#remove(text);
    }
  }

  /** Forgets the tiles of a stream that reach behind `from`: new rows have come there. */
  forget(stream: string, from: bigint): void {
    for (const [text, tile] of this.#tiles) if (tile.stream === stream && tileRange(tile.level, tile.index).end > from) this.#remove(text);
  }

  /**
   * What can be drawn of a range at once, in order of time: the tiles of the level itself, and where they are missing the next coarser
   * ones, or else the finest of the finer ones.
   */
  cover(stream: string, level: Level, range: TimeRange): Piece[] {
    const pieces: Piece[] = [];
    let others: Level[] | undefined;
    for (const index of tilesIn(level, range)) {
      const tile = this.get({ stream, level, index });
      const whole = tileRange(level, index);
      if (tile !== undefined) pieces.push({ tile, range: whole });
      else {
        others ??= this.#levelsOf(stream, level);
        pieces.push(...this.#instead(stream, others, whole));
      }
    }
    return pieces;
  }

  #instead(stream: string, levels: readonly Level[], range: TimeRange): Piece[] {
    for (const level of levels) {
      const pieces = tilesIn(level, range).flatMap((index) => {
        const tile = this.get({ stream, level, index });
        return tile === undefined ? [] : [{ tile, range: overlap(tileRange(level, index), range) }];
      });
      if (pieces.length > 0) return pieces;
    }
    return [];
  }

  /** Of the stream's levels with tiles the coarser ones, finest first, then the finer ones, coarsest first; none that is 64 times as fine. */
  #levelsOf(stream: string, { width, ...wanted }: Level): Level[] {
    const levels = new Map<string, Level>();
    for (const tile of this.#tiles.values()) if (tile.stream === stream) levels.set(levelKey(tile.level), tile.level);
    levels.delete(levelKey({ width, ...wanted }));
    const all = [...levels.values()].sort((a, b) => (a.width < b.width ? -1 : 1));
    return [
      ...all.filter((level) => level.width >= width),
      ...all.filter((level) => level.width < width && level.width * 64n > width).reverse(),
    ];
  }

  #remove(text: string): void {
    const tile = this.#tiles.get(text);
    if (tile === undefined) return;
    this.#tiles.delete(text);
    this.#bytes -= tile.data.bytes;
  }
}

function overlap(a: TimeRange, b: TimeRange): TimeRange {
  return { start: later(a.start, b.start), end: earlier(a.end, b.end) };
}
