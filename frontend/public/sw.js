// The service worker: shows what is pushed while the page is not looked at, and acts on its buttons.
// It caches nothing: the page is always the server's.

/** What the buttons say, by the language of the message. */
const BUTTONS = {
  en: ["Done", "In 10 minutes"],
  de: ["Erledigt", "In 10 Minuten"],
  es: ["Hecho", "En 10 minutos"],
  fr: ["Fait", "Dans 10 minutes"],
  it: ["Fatto", "Tra 10 minuti"],
  pt: ["Feito", "Em 10 minutos"],
};
const SNOOZE_MINUTES = 10;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let message = { kind: "test", title: "Nudge" };
  try {
    message = { ...message, ...event.data?.json() };
  } catch {
    // Not ours; a push must show something all the same.
  }
  event.waitUntil(Promise.all([show(message), tellPages(message)]));
});

function show(message) {
  const [done, later] = BUTTONS[message.language] ?? BUTTONS.en;
  const actions =
    message.kind === "reminder"
      ? [
          { action: "complete", title: done },
          { action: "snooze", title: later },
        ]
      : [];
  return self.registration.showNotification(message.title, {
    body: message.text ?? "",
    // The same message twice is shown once.
    tag: message.notification_id ?? message.channel_id ?? message.kind,
    lang: message.language,
    icon: "/mark.svg",
    actions,
    data: message,
  });
}

/** A code that arrives where it was asked for need not be typed. */
async function tellPages(message) {
  if (message.kind !== "code") return;
  for (const page of await self.clients.matchAll({ type: "window" })) {
    page.postMessage({ type: "nudge-code", channel: message.channel_id, code: message.code });
  }
}

self.addEventListener("notificationclick", (event) => {
  const message = event.notification.data ?? {};
  event.notification.close();
  event.waitUntil(
    event.action === ""
      ? openTask(message.task_id)
      : act(event.action, message).catch(() => openTask(message.task_id)),
  );
});

async function act(action, message) {
  const answer = await fetch("/api/auth/token", { credentials: "same-origin" });
  if (!answer.ok) throw new Error("signed out");
  const { token } = await answer.json();
  const response = await fetch(
    `/api/notifications/${encodeURIComponent(message.notification_id)}/${action}`,
    {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: action === "snooze" ? JSON.stringify({ minutes: SNOOZE_MINUTES }) : undefined,
    },
  );
  if (!response.ok) throw new Error(`refused: ${response.status}`);
}

async function openTask(task) {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (page !== undefined) {
    page.postMessage({ type: "nudge-open", task });
    return page.focus();
  }
  return self.clients.openWindow(task === undefined ? "/today" : `/today?task=${encodeURIComponent(task)}`);
}
