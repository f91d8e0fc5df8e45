// The tables of Better Auth, in the schema `auth` of Nudge's database.

import { getMigrations } from "better-auth/db/migration";
import pg from "pg";
import { log } from "./log.js";

const lock = 0x61757468; // "auth"

/** Returns a small pool whose connections see the schema `auth` only. */
export function openPool(databaseURL) {
  const pool = new pg.Pool({
    connectionString: databaseURL,
    options: "-c search_path=auth",
    application_name: "nudge-auth",
    max: 4,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  // An idle connection that breaks is replaced by the next query.
  pool.on("error", (error) => log("warn", "lost an idle database connection", { error: error.message }));
  return pool;
}

/**
 * Brings the tables up to date and runs prepare after it. Processes that start
 * together take turns, so tables and the first signing key are made once.
 */
export async function migrate(auth, pool, prepare) {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lock]);
    const schema = await client.query("select from pg_namespace where nspname = 'auth'");
    if (schema.rowCount === 0) await client.query("create schema auth");
    const { toBeCreated, toBeAdded, runMigrations } = await getMigrations(auth.options);
    if (toBeCreated.length + toBeAdded.length > 0) {
      log("info", "changing the tables", { tables: [...toBeCreated, ...toBeAdded].map(({ table }) => table).join(" ") });
      await runMigrations();
    }
    await prepare();
    await publish(client);
  } finally {
    // Ending the connection lets go of the lock, whatever went wrong.
    client.release(true);
  }
}

// The functions verify tokens with the public keys. They read them here, so that this
// server may sleep while people use their tokens; the private half is not in the view.
async function publish(client) {
  const role = await client.query("select from pg_roles where rolname = 'nudge'");
  if (role.rowCount === 0) return;
  await client.query(`create or replace view auth.published_keys as
    select id as kid, "publicKey" as jwk, coalesce(alg, 'EdDSA') as alg, coalesce(crv, 'Ed25519') as crv
    from auth.jwks where "expiresAt" is null or "expiresAt" + interval '1 day' > now()`);
  await client.query("grant usage on schema auth to nudge");
  await client.query("grant select on auth.published_keys to nudge");
}
