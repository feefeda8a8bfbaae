/** A piece of a Flux script. */
export type Token =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "time"; readonly value: string }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "duration"; readonly value: string }
  | { readonly kind: "name"; readonly value: string }
  | { readonly kind: "sign"; readonly value: string };

const PIECES: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /(?:\s|\/\/[^\n]*)+/y],
  ["text", /"(?:[^"\\]|\\.)*"/sy],
  ["time", /\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?/y],
  ["duration", /-?(?:\d+(?:ns|us|ms|mo|[smhdwy]))+/y],
  ["integer", /-?\d+/y],
  ["name", /[A-Za-z_]\w*/y],
  ["sign", /\|>|=>|==|!=|[()[\]{},:.=]/y],
];

/** Splits a script; throws where it is none. What quotes hold is text, whatever it looks like. */
export function tokensOf(script: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < script.length; ) {
    const found = pieceAt(script, at);
    if (found === undefined) throw new Error(`error @${at}: invalid expression: ${script.slice(at, at + 20)}`);
    const [kind, piece] = found;
    at += piece.length;
    if (kind === "text") tokens.push({ kind, value: unescaped(piece.slice(1, -1)) });
    else if (kind === "integer") tokens.push({ kind, value: BigInt(piece) });
    else if (kind !== "space") tokens.push({ kind, value: piece });
  }
  return tokens;
}

function pieceAt(script: string, at: number) {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = at;
    const [piece] = pattern.exec(script) ?? [];
    if (piece !== undefined) return [kind, piece] as const;
  }
  return undefined;
}

const ESCAPES: { readonly [letter: string]: string } = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/** Flux specification, "String literals". Interpolation is refused: data must never become an expression. */
function unescaped(text: string): string {
  if (/(?<!\\)(?:\\\\)*\$\{/.test(text)) throw new Error("string interpolation is not served here");
  return text.replace(/\\(.)/gs, (_, letter: string) => {
    const meant = ESCAPES[letter];
    if (meant === undefined) throw new Error(`invalid escape \\${letter}`);
    return meant;
  });
}
