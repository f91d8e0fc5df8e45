import { asApiError } from "../api/problem.ts";
import type { Messages } from "../messages/en.ts";

/** A failure as a sentence for the person: ours where we have one, else the server's detail. */
export function explain(error: unknown, messages: Messages): string {
  const problem = asApiError(error);
  if (problem.slug === "validation") {
    return (
      problem.fields.find((field) => field.detail)?.detail ?? (problem.detail || messages.problems.internal!)
    );
  }
  return messages.problems[problem.slug] ?? (problem.detail || messages.problems.internal!);
}
