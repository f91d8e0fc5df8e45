import {
  type ComponentProps,
  createContext,
  type KeyboardEvent,
  type ReactNode,
  use,
  useCallback,
  useId,
  useRef,
  useState,
} from "react";

interface PopoverProps {
  /** The button's own properties: its class, label and content. */
  trigger: ComponentProps<"button">;
  label: string;
  role: "menu" | "dialog";
  className: string;
  align?: "start" | "end";
  /** Drawn only while open. */
  children: ReactNode;
  onOpen?(): void;
  onKeyDown?(event: KeyboardEvent<HTMLDivElement>): void;
}

const Close = createContext<() => void>(() => undefined);

/** Closes the popover around; the focus returns to its button. */
export function useClosePopover(): () => void {
  return use(Close);
}

const GAP = 6;
const EDGE = 8;
const MOST = 560;

/**
 * Something that opens from a button, on the browser's own popover: top layer, Esc and a click elsewhere close it, the focus
 * returns. Placed below the button, or above when there is more room.
 */
export function Popover(props: PopoverProps) {
  const { trigger, label, role, className, align = "end", children, onOpen, onKeyDown } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const close = useCallback(() => panel.current?.hidePopover(), []);

  function onToggle(now: boolean) {
    setOpen(now);
    if (!now) return;
    if (button.current !== null && panel.current !== null) place(panel.current, button.current, align);
    onOpen?.();
  }

  return (
    <>
      <button
        type="button"
        {...trigger}
        ref={button}
        popoverTarget={id}
        aria-haspopup={role}
        aria-expanded={open}
        data-state={open ? "open" : "closed"}
      />
      <div
        ref={panel}
        id={id}
        popover="auto"
        role={open ? role : undefined}
        aria-label={label}
        tabIndex={-1}
        className={className}
        onToggle={(event) => event.target === panel.current && onToggle(event.newState === "open")}
        onKeyDown={onKeyDown}
      >
        {open && <Close value={close}>{children}</Close>}
      </div>
    </>
  );
}

function place(panel: HTMLElement, button: HTMLElement, align: "start" | "end") {
  const from = button.getBoundingClientRect();
  const below = innerHeight - from.bottom;
  const above = from.top;
  const up = below < 320 && above > below;
  const { style } = panel;
  style.top = up ? "auto" : `${from.bottom + GAP}px`;
  style.bottom = up ? `${innerHeight - from.top + GAP}px` : "auto";
  style.maxHeight = `${Math.min(MOST, (up ? above : below) - GAP - EDGE)}px`;
  const width = panel.offsetWidth;
  const left = align === "start" ? from.left : from.right - width;
  style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
}
