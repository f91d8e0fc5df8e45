import type { Scope } from "../api/types.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";

interface ScopeFootProps {
  /** What may be chosen, the nearest first. */
  scopes: readonly Scope[];
  onChoose(scope: Scope): void;
  onBack(): void;
}

/** Asks how far a change of an occurrence goes. */
export function ScopeFoot({ scopes, onChoose, onBack }: ScopeFootProps) {
  const { editor, common } = useMessages();
  return (
    <footer className="editor-foot editor-scope" role="group" aria-label={editor.scope.ask}>
      <p>{editor.scope.ask}</p>
      <div className="scope-choices">
        {scopes.map((scope, index) => (
          <Button
            key={scope}
            variant={index === 0 ? "primary" : "outline"}
            autoFocus={index === 0}
            onClick={() => onChoose(scope)}
          >
            {editor.scope[scope]}
          </Button>
        ))}
        <Button variant="quiet" onClick={onBack}>
          {common.cancel}
        </Button>
      </div>
    </footer>
  );
}
