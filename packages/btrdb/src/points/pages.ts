import type { Semaphore } from "@sonde/core/bytes";
import type { RequestOptions } from "../transport/transport.js";
import { type Piece, type PointSource, readPieces } from "./read.js";
import type { PointRequest } from "./request.js";
import { type PointColumns, sliceColumns } from "./shape.js";

const pageRows = 16_384;

/**
 * Points of one stream by calls that end before anybody waits for another stream: so thousands can be merged with few calls under way,
 * which a merge over open calls could not, as each would hold its place while waiting for the others. Costs a call a page.
 */
export async function* readPages(
  source: PointSource,
  request: PointRequest,
  options: RequestOptions,
  permits: Semaphore,
): AsyncGenerator<Piece> {
  let rest: PointRequest | undefined = request;
  const signal = options.signal ?? new AbortController().signal;
  while (rest !== undefined) {
    const asked: PointRequest = rest;
    const page: Page = await permits.run(() => readPage(source, asked, options), { signal });
    yield* page.pieces;
    rest = page.next;
  }
}

type Page = { readonly pieces: readonly Piece[]; readonly next: PointRequest | undefined };

async function readPage(source: PointSource, request: PointRequest, options: RequestOptions): Promise<Page> {
  const pieces: Piece[] = [];
  let rows = 0;
  let version = request.version;
  for await (const piece of readPieces(source, request, options)) {
    // What no commit holds can't be pinned; then later pages may hold what came in between.
    if (piece.version.minor === 0n) version = piece.version.major;
    pieces.push(piece);
    rows += piece.times.length;
    const last = piece.times.at(-1);
    if (rows < pageRows || last === undefined || pieces[0]?.times[0] === last) continue;
    // Points at the last instant may go on in the next message: they begin the next page.
    return { pieces: pieces.map((one) => before(one, last)), next: { ...request, start: last, version } };
  }
  return { pieces, next: undefined };
}

function before(piece: Piece, time: bigint): Piece {
  let rows = piece.times.length;
  while (rows > 0 && piece.times[rows - 1] === time) rows--;
  const columns: PointColumns = sliceColumns(piece, 0, rows);
  return { ...columns, version: piece.version };
}
