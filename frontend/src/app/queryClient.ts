import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/problem.ts";

/**
 * What is shown stays while it is read again; a refusal is final, an absence is tried again. `onEnded` hears when even a new
 * token is refused: then the session itself has ended.
 */
export function createQueryClient(onEnded: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        if (error instanceof ApiError && error.status === 401) onEnded();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => !isRefusal(error) && count < 3,
        retryDelay: (attempt) => Math.min(400 * 2 ** attempt, 5000),
      },
    },
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}
