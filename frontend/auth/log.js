// One JSON object per line on standard output, with nothing personal in it:
// Better Auth puts e-mail addresses into some of its messages.

const address = /[^\s"'<>:,;()]+@[^\s"'<>:,;()]+/g;

/** Writes one line. Fields of the entry may be text, numbers or booleans. */
export function log(level, message, fields = {}) {
  const entry = { time: new Date().toISOString(), level, message: withoutAddresses(String(message)) };
  for (const [name, value] of Object.entries(fields)) {
    entry[name] = typeof value === "string" ? withoutAddresses(value) : value;
  }
  process.stdout.write(JSON.stringify(entry) + "\n");
}

/** Better Auth's logger: its further arguments are kept only if they are errors. */
export function logLibrary(level, message, ...details) {
  const error = details.find((detail) => detail instanceof Error);
  log(level, message, error ? { error: error.message } : {});
}

/** Sends what libraries write to the console the same way. */
export function captureConsole() {
  for (const level of ["debug", "info", "log", "warn", "error"]) {
    console[level] = (message, ...details) =>
      logLibrary(level === "log" ? "info" : level, message instanceof Error ? message.message : message, ...details);
  }
}

function withoutAddresses(text) {
  return text.replace(address, "[address]");
}
