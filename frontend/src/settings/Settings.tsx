import { useMessages } from "../messages/index.tsx";
import type { TaskActions } from "../tasks/actions.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Channels } from "./Channels.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { ExportForm, ImportForm } from "./Exchange.tsx";
import { Feeds } from "./Feeds.tsx";
import { DatesForm, TimesForm } from "./PreferencesForm.tsx";
import "./settings.css";

/** How the person is reached, how dates are read, what goes in and out, and the end of it all. */
export default function Settings({ actions, onClose }: { actions: TaskActions; onClose(): void }) {
  const { settings: words, data, feeds, leave } = useMessages();
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
      <section aria-labelledby="settings-data">
        <h3 id="settings-data">{data.title}</h3>
        <ExportForm />
        <ImportForm actions={actions} />
      </section>
      <section aria-labelledby="settings-feeds">
        <h3 id="settings-feeds">{feeds.title}</h3>
        <p className="settings-lead">{feeds.lead}</p>
        <Feeds />
      </section>
      <section aria-labelledby="settings-leave">
        <h3 id="settings-leave">{leave.title}</h3>
        <DeleteAccount />
      </section>
    </Dialog>
  );
}
