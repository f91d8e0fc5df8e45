/** The mark: a dot that nudges a check. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect className="mark-ground" width="32" height="32" rx="9" />
      <circle className="mark-dot" cx="8.6" cy="16.4" r="3.1" />
      <path className="mark-check" d="m13 16.6 4.1 4.6 7.6-10.2" />
    </svg>
  );
}
