import { sondeError } from "../errors.js";

/**
 * An absolute http(s) URL that may be requested. A password in it is refused, since `fetch` refuses it too and prints it.
 * Rejects with `options`, never showing what was given beyond its target.
 */
export function httpUrl(input: string | URL): URL {
  const url = tryParse(String(input));
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) throw invalid("must be an absolute http or https URL");
  if (url.username !== "" || url.password !== "") {
    throw invalid(`must not hold a user or password (${targetOf(url)}): pass an Authorization header instead`);
  }
  return url;
}

/** How a URL is shown in names, errors and events: without user, password, query and fragment, where secrets are. */
export function targetOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** The parser's own error holds the text. */
function tryParse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string) {
  return sondeError("options", `the URL ${message}`, { issues: [{ path: "url", message }] });
}
