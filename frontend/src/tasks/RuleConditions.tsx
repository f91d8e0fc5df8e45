import { X } from "lucide-react";
import { useState } from "react";
import { useDates } from "../app/services.tsx";
import { allowed, type Condition, type ExactRule, firstValue } from "../dates/ruleConditions.ts";
import { WEEKDAYS, type Weekday } from "../dates/ruleParts.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { weekdayName } from "./ruleFields.tsx";

/** The same in every language. */
const EXAMPLES: Record<Condition, string> = {
  BYMONTH: "3,9",
  BYWEEKNO: "1,20,-1",
  BYYEARDAY: "1,100,-1",
  BYMONTHDAY: "1,15,-2",
  BYDAY: "MO,2TU,-1FR",
  BYHOUR: "9,17",
  BYMINUTE: "0,30",
  BYSECOND: "0",
  BYSETPOS: "1,-1",
  WKST: "",
};

interface RuleConditionsProps {
  rule: ExactRule;
  /** Local, where the rule starts. */
  date: string;
  time: string;
  /** A form above says what is given: more can be added. */
  said: boolean;
  /** The one that was added last: it is written on in. */
  added: Condition | undefined;
  onAdd(name: Condition): void;
  onChange(rule: ExactRule): void;
}

/** What a rule is narrowed by, one line each, as RFC 5545 has it. Whether it makes sense, the server's preview says. */
export function RuleConditions(props: RuleConditionsProps) {
  const { rule, date, time, said, added, onAdd, onChange } = props;
  const { rule: words } = useMessages().editor;
  const { locale } = useDates();
  const may = allowed(rule.freq);
  const set = (name: Condition, value: string | undefined) =>
    onChange({ ...rule, conditions: { ...rule.conditions, [name]: value } });
  const given = may.filter((name) => rule.conditions[name] !== undefined);
  return (
    <div className="rule-conditions" role="group" aria-label={words.conditions}>
      {(said ? [] : given).map((name) => (
        <div key={name} className="rule-condition">
          <label>
            <span>{words.by[name]}</span>
            {name === "WKST" ? (
              <select value={rule.conditions.WKST} onChange={(event) => set(name, event.target.value)}>
                {WEEKDAYS.map((day: Weekday) => (
                  <option key={day} value={day}>
                    {weekdayName(day, locale, "long")}
                  </option>
                ))}
              </select>
            ) : (
              <ListField
                value={rule.conditions[name] ?? ""}
                example={EXAMPLES[name]}
                focused={name === added}
                onChange={(value) => set(name, value)}
              />
            )}
          </label>
          <IconButton
            label={`${words.removeCondition}: ${words.by[name]}`}
            onClick={() => set(name, undefined)}
          >
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <select
        aria-label={words.addCondition}
        value=""
        onChange={(event) => {
          const name = event.target.value as Condition;
          onAdd(name);
          set(name, firstValue(name, date, time));
        }}
      >
        <option value="">{words.addCondition}</option>
        {may
          .filter((name) => !given.includes(name))
          .map((name) => (
            <option key={name} value={name}>
              {words.by[name]}
              {name !== "WKST" && ` (${EXAMPLES[name]})`}
            </option>
          ))}
      </select>
    </div>
  );
}

interface ListFieldProps {
  value: string;
  example: string;
  focused: boolean;
  onChange(value: string): void;
}

/** Values with commas between. Emptied it stays typed and is not told: a part without a value would be no rule. */
function ListField({ value, example, focused, onChange }: ListFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      value={typed ?? value}
      placeholder={example}
      autoFocus={focused}
      maxLength={200}
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      onChange={(event) => {
        setTyped(event.target.value);
        const list = event.target.value.replace(/[;=\s]/g, "").toUpperCase();
        if (list !== "") onChange(list);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
