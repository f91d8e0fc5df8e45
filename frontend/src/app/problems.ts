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
  if (problem.status === 409) {
    // An undo names what was changed since, task by task; the person needs to know that it was. Others say what they are about.
    const own = problem.fields.find(
      (field) => field.detail && !/^\/(tasks|series)\//.test(field.pointer ?? ""),
    );
    if (own !== undefined) return own.detail!;
  }
  return messages.problems[problem.slug] ?? (problem.detail || messages.problems.internal!);
}
