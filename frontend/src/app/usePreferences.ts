import { useEffect } from "react";
import { useLanguage } from "../messages/index.tsx";
import { deviceZone, useServices } from "./services.tsx";

/** After the first sign-in the server learns the person's zone and address: dates and reminders need them. */
export function usePreferences(): void {
  const { api, person } = useServices();
  const { language } = useLanguage();
  useEffect(() => {
    const controller = new AbortController();
    async function introduce() {
      const preferences = await api.preferences(controller.signal);
      if (preferences.time_zone) return;
      await api.updatePreferences(preferences.version, {
        time_zone: deviceZone(),
        email: person.email,
        language,
      });
    }
    // Not worth a message: the next visit tries again, and each request names the zone anyway.
    introduce().catch(() => undefined);
    return () => controller.abort();
  }, [api, person.email, language]);
}
