import type { ReactNode } from "react";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  text: string;
  children?: ReactNode;
}

/** What stands where a list would: an icon, what it means, what to do. */
export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div className="empty">
      <div className="empty-icon">{icon}</div>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Rows that breathe while the real ones load. */
export function Skeleton({ rows, label }: { rows: number; label: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-row" aria-hidden="true">
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
