import { Hash, Keyboard, LogOut, Settings, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Language, LANGUAGES, useLanguage } from "../messages/index.tsx";
import { signOut } from "../session/auth.ts";
import { Menu, MenuChoice, MenuItem } from "../ui/Menu.tsx";
import { showToast } from "../ui/toasts.ts";
import { explain } from "./problems.ts";
import { navigate } from "./route.ts";
import { useServices } from "./services.tsx";
import { applyTheme, readTheme, type Theme } from "./theme.ts";

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const LANGUAGE_OPTIONS = Object.entries(LANGUAGES) as [Language, string][];

/** Theme, language, help and the way out. */
export function AccountMenu(props: { onHelp(): void; onSettings(): void; onTags(): void }) {
  const { onHelp, onSettings, onTags } = props;
  const { messages, language, choose } = useLanguage();
  const { account, nav, sign } = messages;
  const { person } = useServices();
  const [theme, setTheme] = useState(readTheme);
  const name = person.name || person.email;

  async function leave() {
    try {
      await signOut();
      // A full load: nothing of this person stays in the page's memory.
      location.assign("/");
    } catch (error) {
      showToast({ tone: "danger", text: explain(error, messages) });
    }
  }

  return (
    <Menu
      label={account.label}
      align="start"
      trigger={{
        className: "account",
        children: (
          <>
            <span className="avatar" aria-hidden="true">
              {[...name][0]?.toUpperCase()}
            </span>
            <span className="unseen">{account.label}: </span>
            <span className="account-name">{name}</span>
          </>
        ),
      }}
    >
      <p className="menu-label menu-email">{person.email}</p>
      <div className="menu-line" />
      <MenuChoice
        label={account.theme}
        value={theme}
        options={THEMES.map((value) => [value, account[value]])}
        onChoose={(value) => {
          applyTheme(value);
          setTheme(value);
        }}
      />
      <div className="menu-line" />
      <MenuChoice label={account.language} value={language} options={LANGUAGE_OPTIONS} onChoose={choose} />
      <div className="menu-line" />
      <MenuItem icon={<Trash2 size={16} aria-hidden="true" />} onChoose={() => navigate({ view: "trash" })}>
        {nav.trash}
      </MenuItem>
      <MenuItem icon={<Hash size={16} aria-hidden="true" />} onChoose={onTags}>
        {messages.tags.title}
      </MenuItem>
      <MenuItem icon={<Settings size={16} aria-hidden="true" />} onChoose={onSettings}>
        {account.settings}
      </MenuItem>
      <MenuItem icon={<Keyboard size={16} aria-hidden="true" />} onChoose={onHelp}>
        {account.shortcuts}
      </MenuItem>
      <MenuItem icon={<LogOut size={16} aria-hidden="true" />} onChoose={() => void leave()}>
        {sign.out}
      </MenuItem>
    </Menu>
  );
}
