import type { Task } from "../api/types.ts";

interface CheckButtonProps {
  done: boolean;
  priority: Task["priority"];
  label: string;
  onToggle(): void;
}

/** The circle. Its check draws itself, the ring gives a small nudge; with reduced motion it just turns. */
export function CheckButton({ done, priority, label, onToggle }: CheckButtonProps) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={done}
      aria-label={label}
      className="check"
      data-priority={priority}
      onClick={onToggle}
    >
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <circle className="check-pulse" cx="12" cy="12" r="9.5" />
        <circle className="check-ring" cx="12" cy="12" r="9.5" />
        <path className="check-mark" pathLength="1" d="m7.6 12.4 3 3.1 5.9-6.6" />
      </svg>
    </button>
  );
}
