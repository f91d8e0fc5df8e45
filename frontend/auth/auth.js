// The Better Auth instance: who may sign in, and what a token says.

import { betterAuth } from "better-auth";
import { bearer } from "better-auth/plugins/bearer";
import { jwt } from "better-auth/plugins/jwt";
import { logLibrary } from "./log.js";

const day = 24 * 60 * 60; // seconds

/** Returns the instance that keeps its rows in the given pg pool. */
export function createAuth(config, pool) {
  return betterAuth({
    appName: "Nudge",
    baseURL: config.baseURL,
    basePath: "/api/auth",
    secret: config.secret,
    database: pool,
    trustedOrigins: config.trustedOrigins,
    telemetry: { enabled: false },
    logger: { level: "warn", log: logLibrary },
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    user: { deleteUser: { enabled: true } },
    advanced: { cookiePrefix: "nudge", ipAddress: { trustedProxies: config.trustedProxies } },
    rateLimit: rateLimit(config),
    plugins: [bearer(), jwt(tokens(config))],
  });
}

// The rows of the limits are in the database, so they hold for all replicas and
// over a scale to zero. The stricter limits of sign-in and sign-up are Better
// Auth's own.
function rateLimit(config) {
  return {
    enabled: config.rateLimit,
    storage: "database",
    window: 60,
    max: 100,
    customRules: { "/ok": false, "/jwks": false },
  };
}

// A token names its owner and nothing else: it goes into every request and may
// end up in logs. It cannot be taken back, so it is short-lived. It is handed out
// at /token only, not in a header of every look at the session.
function tokens(config) {
  return {
    jwt: {
      issuer: config.issuer,
      audience: config.audience,
      expirationTime: "15m",
      definePayload: () => ({}),
      getSubject: ({ user }) => user.id,
    },
    jwks: { keyPairConfig: { alg: "EdDSA", crv: "Ed25519" }, rotationInterval: 30 * day, gracePeriod: day },
    disableSettingJwtHeader: true,
  };
}
