// What the server must know to start, from the environment only.

/** Variables that have no sensible default. */
const required = ["DATABASE_URL", "BETTER_AUTH_SECRET", "BETTER_AUTH_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"];

/**
 * Reads the configuration, or throws one error that names everything wrong.
 * @param {Record<string, string | undefined>} env
 */
export function readConfig(env) {
  const problems = required.filter((name) => !env[name]).map((name) => `${name} is not set`);
  if (env.BETTER_AUTH_URL && !/^https?:\/\/[^/]+\/?$/.test(env.BETTER_AUTH_URL)) {
    problems.push("BETTER_AUTH_URL must be an http or https address without a path");
  }
  if (env.BETTER_AUTH_SECRET && env.BETTER_AUTH_SECRET.length < 32) {
    problems.push("BETTER_AUTH_SECRET must have at least 32 characters");
  }
  const port = Number(env.PORT ?? "3000");
  if (!Number.isInteger(port) || port < 0 || port > 65535) problems.push("PORT must be a number from 0 to 65535");
  if (problems.length > 0) throw new Error(`configuration: ${problems.join("; ")}`);
  return {
    databaseURL: env.DATABASE_URL,
    secret: env.BETTER_AUTH_SECRET,
    baseURL: env.BETTER_AUTH_URL.replace(/\/$/, ""),
    issuer: env.AUTH_ISSUER,
    audience: env.AUTH_AUDIENCE,
    trustedOrigins: list(env.AUTH_TRUSTED_ORIGINS),
    // The neighbours whose X-Forwarded-For is believed: the gateway on this
    // machine unless said otherwise.
    trustedProxies: env.AUTH_TRUSTED_PROXIES ? list(env.AUTH_TRUSTED_PROXIES) : ["127.0.0.0/8", "::1"],
    // Load tests sign up hundreds of people from one address.
    rateLimit: env.AUTH_RATE_LIMIT !== "off",
    host: env.HOST || "127.0.0.1",
    port,
  };
}

function list(text) {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}
