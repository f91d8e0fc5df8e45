import { useMessages } from "../messages/index.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Channels } from "./Channels.tsx";
import { DatesForm, TimesForm } from "./PreferencesForm.tsx";
import "./settings.css";

/** How the person is reached, when not to disturb, and how dates are read. */
export default function Settings({ onClose }: { onClose(): void }) {
  const { settings: words } = useMessages();
  return (
    <Dialog title={words.title} onClose={onClose} className="settings">
      <section aria-labelledby="settings-reminders">
        <h3 id="settings-reminders">{words.reminders}</h3>
        <p className="settings-lead">{words.lead}</p>
        <Channels />
        <TimesForm />
      </section>
      <section aria-labelledby="settings-dates">
        <h3 id="settings-dates">{words.dates}</h3>
        <DatesForm />
      </section>
    </Dialog>
  );
}
