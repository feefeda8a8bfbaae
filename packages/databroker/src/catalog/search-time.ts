import { type Instant, inZone, toNanos } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";

/** The forms that databroker takes: a year, and each finer part only after the coarser ones. Parts need no leading zeros. */
const parts = /^\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?: (\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?\s*$/;

/**
 * An end of a search in nanoseconds: an instant as everywhere, or text as databroker takes it ("2014", "2014-7", "2014-07-04 05:06"), the
 * first moment of what it names, in `timeZone`. Local times that daylight saving skips or gives twice reject, as text that is no time does.
 */
export function searchTime(value: Instant, timeZone = "UTC"): bigint {
  if (typeof value !== "string") return toNanos(value);
  const found = parts.exec(value);
  if (found !== null) {
    const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0"] = found;
    const two = (text: string) => text.padStart(2, "0");
    return inZone(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`, timeZone);
  }
  const text = value.trim();
  // Text with an offset, "now-5d" and the like say their instant themselves; other ISO text is local.
  if (/^\d{4}-\d\d-\d\dT[\d:.,]+$/.test(text)) return inZone(text, timeZone);
  if (/^\d{4}-\d\d-\d\d[T ].*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text) || text.startsWith("now")) return toNanos(text);
  throw sondeError("options", `failed to parse time: '${value.slice(0, 60)}': write it like "2014-07-04 05:06" or "2014-07-04T05:06Z"`, {
    issues: [{ path: "since", message: "is no time" }],
  });
}
