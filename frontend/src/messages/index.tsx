import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { readLocal, writeLocal } from "../app/theme.ts";
import { en, type Messages } from "./en.ts";

/** The languages of the interface, named in themselves. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  it: "Italiano",
  pt: "Português",
} as const;

export type Language = keyof typeof LANGUAGES;

const KEY = "nudge.language";

/** English is in the first load; the others come when chosen. */
const load: Record<Language, () => Promise<Messages>> = {
  en: () => Promise.resolve(en),
  de: () => import("./de.ts").then((module) => module.de),
  es: () => import("./es.ts").then((module) => module.es),
  fr: () => import("./fr.ts").then((module) => module.fr),
  it: () => import("./it.ts").then((module) => module.it),
  pt: () => import("./pt.ts").then((module) => module.pt),
};

interface MessagesContext {
  messages: Messages;
  language: Language;
  /** The full locale for dates and numbers: the person's own variant of the language when the browser names one. */
  locale: string;
  choose(language: Language): void;
}

const Context = createContext<MessagesContext>({
  messages: en,
  language: "en",
  locale: "en",
  choose: () => undefined,
});

export function isLanguage(value: string | undefined): value is Language {
  return value !== undefined && Object.hasOwn(LANGUAGES, value);
}

/** The chosen language, else the first of the browser's that there is, else English. */
export function pickLanguage(chosen: string | undefined, wanted: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  for (const locale of wanted) {
    const language = locale.split("-")[0]?.toLowerCase();
    if (isLanguage(language)) return language;
  }
  return "en";
}

export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((locale) => locale.toLowerCase().split("-")[0] === language) ?? language;
}

export function MessagesProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => pickLanguage(readLocal(KEY), navigator.languages));
  const [messages, setMessages] = useState<Messages | undefined>(language === "en" ? en : undefined);

  useEffect(() => {
    let current = true;
    document.documentElement.lang = language;
    load[language]().then(
      (loaded) => current && setMessages(loaded),
      // A catalog that cannot be loaded must not keep the page from showing.
      () => current && setMessages((shown) => shown ?? en),
    );
    return () => {
      current = false;
    };
  }, [language]);

  const value = useMemo<MessagesContext>(
    () => ({
      messages: messages ?? en,
      language,
      locale: localeFor(language, navigator.languages),
      choose(next) {
        writeLocal(KEY, next);
        setLanguage(next);
      },
    }),
    [messages, language],
  );
  return messages === undefined ? null : <Context value={value}>{children}</Context>;
}

export function useMessages(): Messages {
  return useContext(Context).messages;
}

export function useLanguage(): MessagesContext {
  return useContext(Context);
}
