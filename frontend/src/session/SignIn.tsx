import { useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { type SubmitEvent, useId, useState } from "react";
import { asApiError } from "../api/problem.ts";
import { explain } from "../app/problems.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Mark } from "../ui/Mark.tsx";
import { SESSION, signIn, signUp } from "./auth.ts";

type Mode = "in" | "up";

/** The first screen: what Nudge is on one side, the door on the other. */
export function SignIn() {
  const messages = useMessages();
  const [mode, setMode] = useState<Mode>("in");
  const { sign } = messages;
  return (
    <main className="sign">
      <section className="sign-pitch">
        <div className="wordmark">
          <Mark size={36} />
          <span>{messages.name}</span>
        </div>
        <p className="sign-claim">{sign.pitch}</p>
        <ul className="sign-points">
          {sign.points.map((point) => (
            <li key={point}>
              <Check size={18} aria-hidden="true" />
              {point}
            </li>
          ))}
        </ul>
      </section>
      <section className="sign-door">
        <div className="sign-card">
          <h1>{mode === "in" ? sign.inTitle : sign.upTitle}</h1>
          <p className="sign-lead">{mode === "in" ? sign.inLead : sign.upLead}</p>
          <Door key={mode} mode={mode} />
          <button type="button" className="link" onClick={() => setMode(mode === "in" ? "up" : "in")}>
            {mode === "in" ? sign.toUp : sign.toIn}
          </button>
        </div>
      </section>
    </main>
  );
}

function Door({ mode }: { mode: Mode }) {
  const messages = useMessages();
  const { sign } = messages;
  const client = useQueryClient();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [shown, setShown] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string) => (form.get(name) as string | null) ?? "";
    const credentials = {
      name: read("name").trim(),
      email: read("email").trim(),
      password: read("password"),
    };
    const wrong = check(credentials.email, credentials.password, mode, messages);
    setError(wrong);
    if (wrong !== "") return;
    setBusy(true);
    try {
      await (mode === "up" ? signUp(credentials) : signIn(credentials));
      await client.invalidateQueries({ queryKey: SESSION });
    } catch (failure) {
      setError(explainSign(failure, messages));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className="sign-form"
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-describedby={`${id}-error`}
    >
      {mode === "up" && (
        <label className="field">
          <span>{sign.name}</span>
          <input name="name" autoComplete="name" maxLength={100} />
        </label>
      )}
      <label className="field">
        <span>{sign.email}</span>
        <input name="email" type="email" autoComplete="email" inputMode="email" required maxLength={254} />
      </label>
      <div className="field">
        <label htmlFor={`${id}-password`}>{sign.password}</label>
        <div className="field-with-button">
          <input
            id={`${id}-password`}
            name="password"
            type={shown ? "text" : "password"}
            autoComplete={mode === "up" ? "new-password" : "current-password"}
            aria-describedby={mode === "up" ? `${id}-hint` : undefined}
            required
          />
          <button type="button" className="link" aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? sign.hide : sign.show}
          </button>
        </div>
        {mode === "up" && (
          <p id={`${id}-hint`} className="field-hint">
            {sign.passwordHint}
          </p>
        )}
      </div>
      <p id={`${id}-error`} className="field-error" role="alert">
        {error}
      </p>
      <Button type="submit" variant="primary" busy={busy} className="button-wide">
        {mode === "up" ? sign.up : sign.in}
      </Button>
    </form>
  );
}

function check(email: string, password: string, mode: Mode, { sign }: Messages): string {
  if (!/^\S+@\S+$/.test(email)) return sign.badEmail;
  if (mode === "up" && password.length < 8) return sign.short;
  return "";
}

function explainSign(failure: unknown, messages: Messages): string {
  const { slug, status } = asApiError(failure);
  const { sign } = messages;
  const known: Record<string, string> = {
    INVALID_EMAIL_OR_PASSWORD: sign.failed,
    USER_ALREADY_EXISTS: sign.exists,
    USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: sign.exists,
    PASSWORD_TOO_SHORT: sign.short,
    PASSWORD_TOO_LONG: sign.long,
    INVALID_EMAIL: sign.badEmail,
  };
  return known[slug] ?? (status === 429 ? sign.tooMany : explain(failure, messages));
}
