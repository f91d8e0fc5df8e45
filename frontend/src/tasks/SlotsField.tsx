import { X } from "lucide-react";
import { useId, useState } from "react";
import { useDates } from "../app/services.tsx";
import { formatSlot } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { Button, IconButton } from "../ui/Button.tsx";

interface SlotsFieldProps {
  label: string;
  /** What the button says that adds one. */
  hint: string;
  slots: readonly string[];
  /** A time belongs to each. */
  timed: boolean;
  onChange(slots: string[]): void;
}

/** Dates of a series that the rule does not say: the ones left out (EXDATE), the ones added (RDATE). */
export function SlotsField({ label, hint, slots, timed, onChange }: SlotsFieldProps) {
  const { rule: words } = useMessages().editor;
  const { locale } = useDates();
  const id = useId();
  const [typed, setTyped] = useState("");

  function add() {
    // A field of a date and a time leaves the seconds out.
    const slot = timed ? `${typed.slice(0, 16)}:00` : typed;
    setTyped("");
    if (typed !== "") onChange([...new Set([...slots, slot])].sort());
  }

  return (
    <div className="field slots">
      <label htmlFor={id}>{label}</label>
      {slots.length > 0 && (
        <ul className="chips">
          {slots.map((slot) => (
            <li key={slot} className="chip chip-removable">
              {formatSlot(slot, locale)}
              <IconButton
                label={`${words.removeDate}: ${formatSlot(slot, locale)}`}
                onClick={() => onChange(slots.filter((one) => one !== slot))}
              >
                <X size={14} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="slots-new">
        <input
          id={id}
          type={timed ? "datetime-local" : "date"}
          value={typed}
          max={timed ? "9999-12-31T23:59" : "9999-12-31"}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            // Enter in this field adds a date; it does not save the task.
            event.preventDefault();
            add();
          }}
        />
        <Button disabled={typed === ""} onClick={add}>
          {hint}
        </Button>
      </div>
    </div>
  );
}
