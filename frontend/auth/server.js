// The sign-in server of Nudge: Better Auth on PostgreSQL. Functions never call
// it for a request; they only verify the tokens it signs.
//
//   node server.js              serve until SIGTERM or SIGINT
//   node server.js --new-keys   replace the signing keys, then end

import { createAuth } from "./auth.js";
import { readConfig } from "./config.js";
import { migrate, openPool } from "./database.js";
import { createHTTP } from "./http.js";
import { proveKeys, replaceKeys } from "./keys.js";
import { captureConsole, log } from "./log.js";

const stopTimeout = 5_000; // milliseconds for requests that are under way

async function main(args) {
  captureConsole();
  const config = readConfig(process.env);
  const pool = openPool(config.databaseURL);
  const auth = createAuth(config, pool);
  if (args.includes("--new-keys")) {
    await migrate(auth, pool, () => replaceKeys(auth));
    await pool.end();
    return log("info", "the signing keys were replaced");
  }
  await migrate(auth, pool, () => proveKeys(auth));

  const server = createHTTP(auth, config.trustedProxies);
  server.listen(config.port, config.host, () => {
    const { address, port } = server.address();
    log("info", "listening", { address, port });
  });
  server.on("error", fail);
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => stop(server, pool));
}

function stop(server, pool) {
  log("info", "stopping");
  setTimeout(() => process.exit(0), stopTimeout).unref();
  server.close(() => pool.end().then(() => process.exit(0)));
  server.closeIdleConnections();
}

function fail(error) {
  const cause = error.cause?.message ?? (error.errors ?? []).map(({ message }) => message).join("; ");
  log("error", error.message || error.code || "failed to start", cause ? { cause } : {});
  process.exit(1);
}

main(process.argv.slice(2)).catch(fail);
