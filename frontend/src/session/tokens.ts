import type { TokenSource } from "../api/client.ts";

/** Renewed this long before it ends, so that no request meets an expired token. */
const MARGIN_SECONDS = 60;

/** Keeps the JWT in memory only; one renewal at a time, however many requests wait. */
export function createTokens(fetchToken: () => Promise<string>, now: () => number): TokenSource {
  let token: string | undefined;
  let expires = 0;
  let pending: Promise<string> | undefined;

  async function renew(): Promise<string> {
    try {
      token = await fetchToken();
      // The device's clock may be wrong: only the token's own length counts from now.
      expires = now() / 1000 + lifetimeOf(token);
      return token;
    } finally {
      pending = undefined;
    }
  }

  return {
    get() {
      if (token !== undefined && now() / 1000 < expires - MARGIN_SECONDS) return Promise.resolve(token);
      pending ??= renew();
      return pending;
    },
    drop() {
      token = undefined;
    },
  };
}

/** Seconds from `iat` to `exp`; 0 when unreadable: then it is used once and renewed. Verification is the server's. */
export function lifetimeOf(token: string): number {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims = JSON.parse(atob(part)) as { iat?: unknown; exp?: unknown };
    if (typeof claims.exp !== "number" || typeof claims.iat !== "number") return 0;
    return claims.exp - claims.iat;
  } catch {
    return 0;
  }
}
