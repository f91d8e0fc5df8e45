import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { asApiError } from "../api/problem.ts";
import type { PreviewInput } from "../api/types.ts";
import { useDates, useServices } from "../app/services.tsx";
import { explain } from "../app/problems.ts";
import { formatSlot } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { type Draft, recurrenceOf } from "./draft.ts";

const PAUSE_MS = 250;
const SHOWN = 5;

/** The rule in words and its next dates, as the server has them; or why it is no rule. */
export function RulePreview({ draft }: { draft: Draft }) {
  const messages = useMessages();
  const { editor, common } = messages;
  const { api } = useServices();
  const { locale } = useDates();
  const body = usePaused(JSON.stringify(inputOf(draft)));
  const { data, error, isFetching } = useQuery({
    queryKey: ["recurrence-preview", body, locale],
    queryFn: ({ signal }) => api.previewRecurrence(JSON.parse(body) as PreviewInput, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  if (error !== null) {
    const reason = asApiError(error).field("/recurrence") ?? explain(error, messages);
    return (
      <p className="field-error" role="alert">
        {reason.replace(/^recurrence: /, "")}
      </p>
    );
  }
  return (
    <div className="rule-preview" role="status" aria-busy={isFetching}>
      {data === undefined ? (
        <p>{common.loading}</p>
      ) : (
        <>
          <p>{data.text}</p>
          <ol aria-label={editor.rule.next}>
            {data.data.map(({ slot }) => (
              <li key={slot}>{formatSlot(slot, locale)}</li>
            ))}
            {data.data.length === SHOWN && <li aria-hidden="true">…</li>}
          </ol>
        </>
      )}
    </div>
  );
}

function inputOf(draft: Draft): PreviewInput {
  const due = { date: draft.date, zone: draft.zone, ...(draft.time !== "" && { time: draft.time }) };
  return { recurrence: recurrenceOf(draft)!, due, limit: SHOWN };
}

/** The value once it has been the same for a moment. */
function usePaused<T>(value: T): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}
