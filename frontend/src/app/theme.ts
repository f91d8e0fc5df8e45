/** The theme chosen on this device. public/theme.js applies the same before the first paint. */
export type Theme = "system" | "light" | "dark";

const KEY = "nudge.theme";

export function readTheme(): Theme {
  const stored = readLocal(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  writeLocal(KEY, theme === "system" ? undefined : theme);
}

/** Local storage may be forbidden (private mode, policy): then a choice lasts as long as the page. */
export function readLocal(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeLocal(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Kept in memory only.
  }
}
