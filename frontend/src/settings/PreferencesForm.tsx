import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import type { Preferences } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { isLanguage, LANGUAGES, useLanguage, useMessages } from "../messages/index.tsx";
import { Skeleton } from "../ui/Empty.tsx";
import { showToast } from "../ui/toasts.ts";
import { PREFERENCES, useSavedPreferences } from "./queries.ts";

const QUIET = { quiet_from: "22:00", quiet_until: "07:00" };
const DIGEST_AT = "08:00";
/** The parts of the day, and the hour at which each begins unless the person says otherwise. */
const PARTS = [
  ["morning_at", "morningAt", 8],
  ["afternoon_at", "afternoonAt", 12],
  ["evening_at", "eveningAt", 18],
  ["night_at", "nightAt", 20],
] as const;
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

type Patch = Partial<Omit<Preferences, "version">>;

/** Each control is saved as it is changed, one after the other, each on the version that the one before made. */
function useSave(): (patch: Patch) => void {
  const { api } = useServices();
  const client = useQueryClient();
  const messages = useMessages();
  const { mutate } = useMutation({
    mutationKey: PREFERENCES,
    scope: { id: "preferences" },
    mutationFn: (patch: Patch) =>
      api.updatePreferences(client.getQueryData<Preferences>(PREFERENCES)?.version ?? 0, patch),
    async onSuccess({ data }) {
      // What is being read may be from before.
      await client.cancelQueries({ queryKey: PREFERENCES });
      client.setQueryData<Preferences>(PREFERENCES, data);
    },
    onError: async (error) => {
      showToast({ tone: "danger", text: explain(error, messages) });
      await client.invalidateQueries({ queryKey: PREFERENCES });
    },
  });
  return mutate;
}

/** The preferences, with what is being saved on top: a reading that began before it shows what was. */
function useWished(): Preferences | undefined {
  const { data: saved } = useSavedPreferences();
  const wishes = useMutationState({
    filters: { mutationKey: PREFERENCES, status: "pending" },
    select: (mutation) => mutation.state.variables as Patch,
  });
  return saved && wishes.reduce<Preferences>((all, patch) => ({ ...all, ...patch }), saved);
}

/** When not to disturb, and when to send the day's digest. */
export function TimesForm() {
  const { settings: words, common } = useMessages();
  const saved = useWished();
  const save = useSave();
  if (saved === undefined) return <Skeleton rows={2} label={common.loading} />;
  return (
    <>
      <Switch
        label={words.quiet}
        hint={words.quietHint}
        on={saved.quiet_from !== ""}
        onChange={(on) => save(on ? QUIET : { quiet_from: "", quiet_until: "" })}
      >
        <Clock label={words.from} value={saved.quiet_from} onChange={(quiet_from) => save({ quiet_from })} />
        <Clock
          label={words.until}
          value={saved.quiet_until}
          onChange={(quiet_until) => save({ quiet_until })}
        />
      </Switch>
      <Switch
        label={words.digest}
        hint={words.digestHint}
        on={saved.digest_at !== ""}
        onChange={(on) => save({ digest_at: on ? DIGEST_AT : "" })}
      >
        <Clock label={words.at} value={saved.digest_at} onChange={(digest_at) => save({ digest_at })} />
      </Switch>
    </>
  );
}

/** How dates are read, and in which language Nudge writes. */
export function DatesForm() {
  const { settings: words, common } = useMessages();
  const { locale, choose } = useLanguage();
  const saved = useWished();
  const save = useSave();
  if (saved === undefined) return <Skeleton rows={3} label={common.loading} />;
  const time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return (
    <>
      <Choice
        label={words.language}
        value={saved.language}
        options={[["", words.languageUnsaid], ...Object.entries(LANGUAGES)]}
        onChoose={(language) => {
          if (isLanguage(language)) choose(language);
          save({ language });
        }}
      />
      <Choice
        label={words.dateOrder}
        value={saved.date_order}
        options={[
          ["", words.dateOrderUnsaid],
          ["day_first", words.dayFirst],
          ["month_first", words.monthFirst],
        ]}
        onChoose={(date_order) => save({ date_order: date_order as Preferences["date_order"] })}
      />
      <Choice
        label={words.weekStart}
        value={saved.week_start}
        // 5 January 2026 is a Monday.
        options={WEEKDAYS.map((name, index) => [name, weekday.format(Date.UTC(2026, 0, 5 + index))])}
        onChoose={(week_start) => save({ week_start })}
      />
      {PARTS.map(([part, label, usual]) => (
        <Choice
          key={part}
          label={words[label]}
          value={saved[part] === clock(usual) ? "" : saved[part]}
          // Empty is the usual hour; the others are those between the parts before and after.
          options={hoursBetween(saved, part).map((hour) => [
            hour === usual ? "" : clock(hour),
            time.format(Date.UTC(2026, 0, 5, hour)),
          ])}
          onChoose={(at) => save({ [part]: at })}
        />
      ))}
    </>
  );
}

const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

/** The hours at which a part of the day may begin: after the part before it, before the one after it. */
function hoursBetween(saved: Preferences, part: (typeof PARTS)[number][0]): number[] {
  const begins = PARTS.map(([name, , usual]) =>
    saved[name] === "" ? usual : Number(saved[name].slice(0, 2)),
  );
  const at = PARTS.findIndex(([name]) => name === part);
  const first = (begins[at - 1] ?? 0) + 1;
  const last = (begins[at + 1] ?? 24) - 1;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

interface SwitchProps {
  label: string;
  hint: string;
  on: boolean;
  onChange(on: boolean): void;
  children: ReactNode;
}

function Switch({ label, hint, on, onChange, children }: SwitchProps) {
  const id = useId();
  return (
    <fieldset className="settings-row">
      <legend className="unseen">{label}</legend>
      <label className="settings-check">
        <input
          type="checkbox"
          checked={on}
          aria-describedby={id}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      <p id={id} className="settings-hint">
        {hint}
      </p>
      {on && <div className="settings-times">{children}</div>}
    </fieldset>
  );
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  return (
    <label className="settings-clock">
      <span>{label}</span>
      {/* Left empty it would mean "off": that is what the switch is for. */}
      <input
        type="time"
        key={value}
        defaultValue={value}
        required
        onBlur={(event) => {
          const typed = event.target.value;
          if (typed !== "" && typed !== value) onChange(typed);
          else event.target.value = value;
        }}
      />
    </label>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: [string, string][];
  onChoose(value: string): void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <label className="settings-choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
