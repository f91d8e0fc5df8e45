import { Component, type ReactNode } from "react";
import type { Messages } from "../messages/en.ts";
import { Button } from "../ui/Button.tsx";
import { Mark } from "../ui/Mark.tsx";

interface Props {
  messages: Messages;
  children: ReactNode;
}

/** The last resort: says that nothing is lost and offers the way back. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const { crash } = this.props.messages;
    return (
      <main className="splash">
        <Mark size={48} />
        <h1>{crash.title}</h1>
        <p>{crash.text}</p>
        <Button variant="primary" onClick={() => location.reload()}>
          {crash.reload}
        </Button>
      </main>
    );
  }
}
