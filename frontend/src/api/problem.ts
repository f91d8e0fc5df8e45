/** RFC 9457 problems, as one error type the page can show. */

export interface FieldProblem {
  pointer?: string;
  detail?: string;
}

const PREFIX = "urn:nudge:problem:";

/** A request that failed. `slug` is stable; `offline` means that no answer came at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly slug: string,
    readonly status: number,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
  ) {
    super(detail || slug);
  }

  /** The message for one field (`/due/date`), when the server named it. */
  field(pointer: string): string | undefined {
    return this.fields.find((field) => field.pointer?.startsWith(pointer))?.detail;
  }
}

const BY_STATUS: Record<number, string> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  412: "version-mismatch",
  413: "too-large",
  422: "validation",
  428: "version-required",
  429: "rate-limited",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

/** Reads an error answer. A gateway's HTML page or an empty body becomes a problem by its status. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = isRecord(body) ? body : {};
  const type = typeof problem.type === "string" ? problem.type : "";
  const slug = type.startsWith(PREFIX)
    ? type.slice(PREFIX.length)
    : (BY_STATUS[response.status] ?? (response.status === 400 ? "validation" : "internal"));
  const detail = [problem.detail, problem.message, problem.title].find(isText);
  const fields = Array.isArray(problem.errors) ? problem.errors.filter(isRecord) : [];
  return new ApiError(slug, response.status, detail ?? "", fields);
}

/** Whatever was thrown, as an ApiError; an abort is passed on as it is. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError("offline", 0, error instanceof Error ? error.message : String(error));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
