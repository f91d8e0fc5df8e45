/** Web push in this browser. */

/** Why this browser cannot be pushed to. */
export type PushObstacle = "unsupported" | "denied" | "unavailable";

export class PushError extends Error {
  constructor(readonly obstacle: PushObstacle) {
    super(obstacle);
  }
}

/** What stands in the way before anything is tried. */
export function pushObstacle(): PushObstacle | undefined {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    return "unsupported";
  }
  return Notification.permission === "denied" ? "denied" : undefined;
}

/** The subscription of this browser, if there is one. */
export async function currentSubscription(): Promise<PushSubscription | null> {
  if (pushObstacle() === "unsupported") return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Asks the person, and subscribes this browser with the server's key (base64url). */
export async function subscribe(key: string): Promise<PushSubscriptionJSON> {
  const obstacle = pushObstacle();
  if (obstacle !== undefined) throw new PushError(obstacle);
  if ((await Notification.requestPermission()) !== "granted") throw new PushError("denied");
  await navigator.serviceWorker.register("/sw.js");
  const registration = await navigator.serviceWorker.ready;
  const applicationServerKey = bytes(key);
  try {
    const existing = await registration.pushManager.getSubscription();
    if (existing !== null && !same(existing.options.applicationServerKey, applicationServerKey)) {
      await existing.unsubscribe();
    }
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    return made.toJSON();
  } catch {
    // The browser has no push service, or cannot reach it.
    throw new PushError("unavailable");
  }
}

/** Ends the subscription of this browser to an endpoint. */
export async function unsubscribe(endpoint: string): Promise<void> {
  const subscription = await currentSubscription();
  if (subscription?.endpoint === endpoint) await subscription.unsubscribe();
}

export function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function same(a: ArrayBuffer | null, b: Uint8Array): boolean {
  if (a === null || a.byteLength !== b.length) return false;
  return new Uint8Array(a).every((byte, index) => byte === b[index]);
}
