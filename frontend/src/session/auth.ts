/** Better Auth over fetch: the session lives in its http-only cookie, never in script. */
import { ApiError, asApiError, readProblem } from "../api/problem.ts";

/** The query of who is signed in. */
export const SESSION = ["session"] as const;

export interface Person {
  id: string;
  name: string;
  email: string;
}

export interface Credentials {
  name?: string;
  email: string;
  password: string;
}

async function call(path: string, body?: unknown): Promise<unknown> {
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
    });
    if (!response.ok) throw await readAuthProblem(response);
    const text = await response.text();
    return text === "" ? null : (JSON.parse(text) as unknown);
  } catch (error) {
    throw asApiError(error);
  }
}

/** Better Auth answers `{code, message}`: the code becomes the slug (`USER_ALREADY_EXISTS`). */
async function readAuthProblem(response: Response): Promise<ApiError> {
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as { code?: unknown; message?: unknown } | null;
  if (typeof body?.code !== "string") return readProblem(response);
  const message = typeof body.message === "string" ? body.message : "";
  return new ApiError(body.code, response.status, message);
}

function personOf(answer: unknown): Person | null {
  const user = (answer as { user?: Partial<Person> } | null)?.user;
  if (typeof user?.id !== "string") return null;
  return { id: user.id, name: user.name ?? "", email: user.email ?? "" };
}

/** The person signed in, or null. */
export async function currentPerson(): Promise<Person | null> {
  return personOf(await call("get-session"));
}

export async function signUp({ name, email, password }: Credentials): Promise<void> {
  await call("sign-up/email", { name: name || email.split("@")[0], email, password });
}

export async function signIn({ email, password }: Credentials): Promise<void> {
  await call("sign-in/email", { email, password });
}

export async function signOut(): Promise<void> {
  await call("sign-out", {});
}

/** Ends the sign-in for good; what the person had must be gone already. */
export async function deleteSignIn(password: string): Promise<void> {
  await call("delete-user", { password });
}

/** A fresh JWT for the functions. */
export async function fetchToken(): Promise<string> {
  const answer = (await call("token")) as { token?: unknown } | null;
  if (typeof answer?.token !== "string") throw new ApiError("unauthorized", 401, "");
  return answer.token;
}
