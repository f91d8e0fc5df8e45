import { useEffect } from "react";
import { deviceZone, useServices } from "./services.tsx";

/** After the first sign-in the server learns the person's zone: dates and reminders need it. */
export function usePreferences(): void {
  const { api } = useServices();
  useEffect(() => {
    const controller = new AbortController();
    async function introduce() {
      const preferences = await api.preferences(controller.signal);
      if (preferences.time_zone) return;
      await api.updatePreferences(preferences.version, { time_zone: deviceZone() });
    }
    // Not worth a message: the next visit tries again, and each request names the zone anyway.
    introduce().catch(() => undefined);
    return () => controller.abort();
  }, [api]);
}
