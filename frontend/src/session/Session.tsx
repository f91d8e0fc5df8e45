import { QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { createQueryClient } from "../app/queryClient.ts";
import { ServicesProvider } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Mark } from "../ui/Mark.tsx";
import { showToast } from "../ui/toasts.ts";
import { currentPerson, type Person, SESSION } from "./auth.ts";
import { SignIn } from "./SignIn.tsx";

/** Shows the page to who is signed in, and the sign-in to who is not. An absent server is waited for. */
export function Session({ children }: { children: ReactNode }) {
  const { offline, tagline, sign } = useMessages();
  const client = useQueryClient();
  const session = useQuery({
    queryKey: SESSION,
    queryFn: currentPerson,
    retry: true,
    retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8000),
    staleTime: Infinity,
  });

  if (session.data === undefined) {
    return (
      <div className="splash" role="status">
        <Mark size={56} />
        <p className={session.failureCount > 1 ? "splash-note" : "unseen"}>
          {session.failureCount > 1 ? offline.starting : tagline}
        </p>
      </div>
    );
  }
  if (session.data === null) return <SignIn />;

  function onEnded() {
    if (client.getQueryData(SESSION) === null) return;
    client.setQueryData(SESSION, null);
    showToast({ tone: "danger", text: sign.ended });
  }
  return (
    <PersonData key={session.data.id} person={session.data} onEnded={onEnded}>
      {children}
    </PersonData>
  );
}

interface PersonDataProps {
  person: Person;
  onEnded(): void;
  children: ReactNode;
}

/** A memory of its own for each person, so that nobody is ever shown another's list. */
function PersonData({ person, onEnded, children }: PersonDataProps) {
  const [client] = useState(() => createQueryClient(onEnded));
  return (
    <QueryClientProvider client={client}>
      <ServicesProvider person={person}>{children}</ServicesProvider>
    </QueryClientProvider>
  );
}
