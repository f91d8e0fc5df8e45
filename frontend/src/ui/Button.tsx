import type { ComponentProps, ReactNode } from "react";

type Variant = "primary" | "quiet" | "outline" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  variant?: Variant;
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({
  variant = "outline",
  busy = false,
  icon,
  children,
  className = "",
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${variant} ${className}`}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does, for screen readers and as a tooltip. */
  label: string;
}

export function IconButton({ label, className = "", ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} aria-label={label} {...rest} className={`icon-button ${className}`} />
  );
}
