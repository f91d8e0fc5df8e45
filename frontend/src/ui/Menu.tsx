import { Check } from "lucide-react";
import { type ComponentProps, type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { Popover, useClosePopover } from "./Popover.tsx";

interface MenuProps {
  trigger: ComponentProps<"button">;
  label: string;
  className?: string;
  align?: "start" | "end";
  children: ReactNode;
  onOpen?(): void;
}

/** A menu button after the ARIA pattern: arrows, Home, End and the first letter move; Enter and Space choose. */
export function Menu({ trigger, label, className = "", align, children, onOpen }: MenuProps) {
  return (
    <Popover
      trigger={trigger}
      label={label}
      role="menu"
      align={align}
      className={`menu ${className}`}
      onOpen={onOpen}
      onKeyDown={moveInMenu}
    >
      <FocusFirst>{children}</FocusFirst>
    </Popover>
  );
}

function FocusFirst({ children }: { children: ReactNode }) {
  const start = useRef<HTMLDivElement>(null);
  useEffect(() => itemsIn(start.current)[0]?.focus(), []);
  return (
    <div ref={start} role="none">
      {children}
    </div>
  );
}

function itemsIn(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}

function moveInMenu(event: KeyboardEvent<HTMLDivElement>) {
  const items = itemsIn(event.currentTarget);
  const at = items.findIndex((item) => item === document.activeElement);
  const last = items.length - 1;
  const to: Record<string, number> = {
    ArrowDown: at >= last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  let next = to[event.key];
  if (next === undefined && event.key.length === 1 && event.key !== " ") {
    const wanted = event.key.toLocaleLowerCase();
    const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    const found = turned.find((item) => item.textContent.trim().toLocaleLowerCase().startsWith(wanted));
    next = found === undefined ? undefined : items.indexOf(found);
  }
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

interface MenuItemProps {
  icon?: ReactNode;
  className?: string;
  current?: boolean;
  children: ReactNode;
  onChoose(): void;
}

export function MenuItem({ icon, className = "", current, children, onChoose }: MenuItemProps) {
  const close = useClosePopover();
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={`menu-item ${className}`}
      data-current={current || undefined}
      onClick={() => {
        close();
        onChoose();
      }}
    >
      {icon}
      {children}
    </button>
  );
}

interface MenuChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChoose(value: T): void;
}

/** One of several; the menu stays open, so that the effect can be seen. */
export function MenuChoice<T extends string>({ label, value, options, onChoose }: MenuChoiceProps<T>) {
  return (
    <div role="group" aria-label={label}>
      <p className="menu-label" aria-hidden="true">
        {label}
      </p>
      {options.map(([option, name]) => (
        <button
          key={option}
          type="button"
          role="menuitemradio"
          aria-checked={option === value}
          tabIndex={-1}
          className="menu-item menu-radio"
          onClick={() => onChoose(option)}
        >
          <span className="menu-tick">{option === value && <Check size={14} aria-hidden="true" />}</span>
          {name}
        </button>
      ))}
    </div>
  );
}
