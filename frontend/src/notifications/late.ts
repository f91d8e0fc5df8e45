import type { Notification } from "../api/types.ts";

/** Below this, a reminder counts as on time. */
export const LATE_SECONDS = 30;

/** How late a reminder was in the largest fitting unit; empty when it was on time. */
export function lateness(
  { late_seconds: seconds }: Pick<Notification, "late_seconds">,
  locale: string,
): string {
  if (!(seconds >= LATE_SECONDS)) return "";
  const units: [number, string][] = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  const [size, unit] = units.find(([length]) => seconds >= length) ?? [1, "second"];
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.floor(seconds / size));
}
