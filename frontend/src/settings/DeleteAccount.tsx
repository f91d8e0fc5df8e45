import { type SubmitEvent, useState } from "react";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { deleteSignIn, signIn } from "../session/auth.ts";
import { asApiError } from "../api/problem.ts";
import { Button } from "../ui/Button.tsx";

/** What the API wants to hear before it destroys everything. */
const WORDS = "delete my account";

/** Ends the account: says what happens, and asks for the address and the password first. */
export function DeleteAccount() {
  const messages = useMessages();
  const { leave: words, sign, common } = messages;
  const { api, person } = useServices();
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const sure = email.trim().toLowerCase() === person.email.toLowerCase();

  async function end(event: SubmitEvent) {
    event.preventDefault();
    if (!sure) return setProblem(words.otherAddress);
    setBusy(true);
    setProblem("");
    try {
      // Proves the password before anything is destroyed.
      await signIn({ email: person.email, password });
      await api.deleteAccount(WORDS);
      await deleteSignIn(password);
      location.assign("/");
    } catch (error) {
      const wrong = asApiError(error).slug === "INVALID_EMAIL_OR_PASSWORD";
      setProblem(wrong ? sign.failed : explain(error, messages));
      setBusy(false);
    }
  }

  return (
    <>
      <p className="settings-lead">{words.lead}</p>
      <ul className="settings-list">
        {words.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {!open ? (
        <Button className="button-danger-outline" onClick={() => setOpen(true)}>
          {words.title}
        </Button>
      ) : (
        <form className="channel-new" onSubmit={(event) => void end(event)}>
          <label>
            <span>{words.typeAddress(person.email)}</span>
            <input
              type="email"
              value={email}
              autoComplete="off"
              autoFocus
              required
              onChange={(event) => setEmail(event.target.value)}
            />
          </label>
          <label>
            <span>{sign.password}</span>
            <input
              type="password"
              value={password}
              autoComplete="current-password"
              required
              onChange={(event) => setPassword(event.target.value)}
            />
          </label>
          <p className="field-error" role="alert">
            {problem}
          </p>
          <div className="channel-acts">
            <Button type="submit" variant="danger" busy={busy} disabled={!sure || password === ""}>
              {words.now}
            </Button>
            <Button variant="quiet" onClick={() => setOpen(false)}>
              {common.cancel}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}
