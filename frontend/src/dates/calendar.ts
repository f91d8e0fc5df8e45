/** Calendar arithmetic on local dates (`2026-12-01`), never through the device's zone. */

const DAY = 86_400_000;

/** The local date of an instant in a zone. An unknown zone falls back to the device's. */
export function dateIn(instant: Date, zone: string): string {
  const parts = partsIn(instant, zone);
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** The local time of an instant in a zone, `09:00`. */
export function timeIn(instant: Date, zone: string): string {
  const parts = partsIn(instant, zone);
  return `${parts.hour}:${parts.minute}`;
}

/** Days from `from` to `to`, negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** 0 = Sunday … 6 = Saturday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

/** The instant of a local wall time in a zone; a time in a gap moves forward, one in an overlap is the first. */
export function instantOf(date: string, time: string, zone: string): Date {
  const wall = Date.parse(`${date}T${time}:00Z`);
  // A zone is at most 14 hours off, so one of the offsets a day before and a day after is in force.
  const before = wall - offsetAt(new Date(wall - DAY), zone);
  const after = wall - offsetAt(new Date(wall + DAY), zone);
  const exact = [before, after].filter((guess) => guess + offsetAt(new Date(guess), zone) === wall);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(before, after));
}

function offsetAt(instant: Date, zone: string): number {
  const p = partsIn(instant, zone);
  const local = Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`);
  return local - Math.floor(instant.getTime() / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(instant: Date, zone: string) {
  let format = formats.get(zone);
  if (format === undefined) {
    const options: Intl.DateTimeFormatOptions = {
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    };
    try {
      format = new Intl.DateTimeFormat("en", { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat("en", options);
    }
    formats.set(zone, format);
  }
  const found: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instant)) found[type] = value;
  const { year = "1970", month = "01", day = "01", hour = "00", minute = "00", second = "00" } = found;
  return { year, month, day, hour, minute, second };
}
