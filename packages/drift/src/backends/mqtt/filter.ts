import { sondeError } from "@sonde/core/bytes";

/** MQTT 3.1.1, 4.7.3: topics are at most so many bytes of UTF-8. */
const LONGEST = 65_535;
const SHARED = /^\$share\/[^/+#]+\/(?=.)/;

/** Whether a topic's name matches a filter: `+` is one level, `#` all that follow, and `$share/<group>/` says only who gets it. MQTT 3.1.1, 4.7. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.replace(SHARED, "").split("/");
  const levels = topic.split("/");
  // What a broker says of itself is not among "everything".
  if (topic.startsWith("$") && (wanted[0] === "#" || wanted[0] === "+")) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= levels.length || (level !== "+" && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/** Rejects with `options` for what no broker takes as a filter. */
export function checkFilter(filter: string): void {
  const levels = filter.replace(SHARED, "").split("/");
  const last = levels.length - 1;
  const wild = levels.every((level, index) => level === "+" || (level === "#" && index === last) || !/[+#]/.test(level));
  if (!wild) throw refuse("filter", filter, "`+` and `#` stand for whole levels, and `#` is the last");
  checkText(filter, "filter");
}

/** Rejects with `options` for what nobody may publish to. */
export function checkTopic(topic: string): void {
  if (/[+#]/.test(topic)) throw refuse("topic", topic, "`+` and `#` are only for filters");
  checkText(topic, "topic");
}

function checkText(text: string, path: string): void {
  if (text === "") throw refuse(path, text, "it is empty");
  if (text.includes("\0")) throw refuse(path, text, "it holds a zero character");
  // Half a surrogate pair has no UTF-8.
  if (/\p{Cs}/u.test(text)) throw refuse(path, text, "it is no Unicode");
  if (new TextEncoder().encode(text).length > LONGEST) throw refuse(path, `${text.slice(0, 32)}…`, `it has more than ${LONGEST} bytes`);
}

function refuse(path: string, text: string, why: string) {
  return sondeError("options", `${JSON.stringify(text)} is no MQTT ${path}: ${why}`, { issues: [{ path, message: why }] });
}
