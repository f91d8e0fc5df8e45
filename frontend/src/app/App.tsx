import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { MessagesProvider, useMessages } from "../messages/index.tsx";
import { Session } from "../session/Session.tsx";
import { Toasts } from "../ui/Toasts.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { Workspace } from "./Workspace.tsx";

export function App() {
  return (
    <MessagesProvider>
      <Inner />
    </MessagesProvider>
  );
}

function Inner() {
  const messages = useMessages();
  const [client] = useState(() => new QueryClient());
  return (
    <ErrorBoundary messages={messages}>
      <QueryClientProvider client={client}>
        <Session>
          <Workspace />
        </Session>
      </QueryClientProvider>
      <Toasts />
    </ErrorBoundary>
  );
}
