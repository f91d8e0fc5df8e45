import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type ApiClient, createClient } from "../api/client.ts";
import { type ChatClient, createChatClient } from "../chat/client.ts";
import type { DateContext } from "../dates/due.ts";
import { useLanguage } from "../messages/index.tsx";
import { fetchToken, type Person } from "../session/auth.ts";
import { createTokens } from "../session/tokens.ts";

/** What every part behind the sign-in needs. */
export interface Services {
  api: ApiClient;
  chat: ChatClient;
  person: Person;
  /** The person's IANA zone. */
  zone: string;
}

const ServicesContext = createContext<Services | undefined>(undefined);
const ClockContext = createContext(new Date());

export function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function deviceTime(): number {
  return Date.now();
}

export function ServicesProvider({ person, children }: { person: Person; children: ReactNode }) {
  const { language } = useLanguage();
  const services = useMemo<Services>(() => {
    const api = createClient({
      fetch: (input, init) => fetch(input, init),
      tokens: createTokens(fetchToken, deviceTime),
      timeZone: deviceZone,
      language: () => language,
    });
    return { api, chat: createChatClient(api), person, zone: deviceZone() };
  }, [person, language]);
  return (
    <ServicesContext value={services}>
      <Clock>{children}</Clock>
    </ServicesContext>
  );
}

/** Now, renewed every half minute and when the page comes back: "Today" must not be yesterday's. */
function Clock({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const renew = () => setNow(new Date());
    const timer = setInterval(renew, 30_000);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, []);
  return <ClockContext value={now}>{children}</ClockContext>;
}

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error("used outside of ServicesProvider");
  return services;
}

/** What dates need to become words. */
export function useDates(): DateContext {
  const now = useContext(ClockContext);
  const { zone } = useServices();
  const { locale, messages } = useLanguage();
  return useMemo(() => ({ now, zone, locale, words: messages.common }), [now, zone, locale, messages]);
}
