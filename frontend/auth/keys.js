// The keys that sign tokens. They are stored encrypted with BETTER_AUTH_SECRET.

/**
 * Makes the first key if there is none, and proves that the newest can be used.
 * Without this a changed secret shows only when somebody signs in.
 */
export async function proveKeys(auth) {
  try {
    await auth.api.signJWT({ body: { payload: { sub: "start" }, overrideOptions: { jwt: { expirationTime: "0s" } } } });
  } catch (cause) {
    throw new Error(
      "the signing keys cannot be opened with BETTER_AUTH_SECRET: restore the secret they were made with, " +
        "or run `node server.js --new-keys`, which makes new ones (people stay signed up, and sign in again)",
      { cause },
    );
  }
}

/** Throws all signing keys away and makes a new one. */
export async function replaceKeys(auth) {
  const context = await auth.$context;
  await context.adapter.deleteMany({ model: "jwks", where: [] });
  await proveKeys(auth);
}
