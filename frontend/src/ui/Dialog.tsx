import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "./Button.tsx";
import { holdToasts } from "./toastLayer.ts";

interface DialogProps {
  title: string;
  /** Asked to close by Esc, the backdrop or the button; the owner decides. */
  onClose(): void;
  children: ReactNode;
  className?: string;
}

/**
 * A modal on the browser's own dialog element: focus is kept inside and given back, Esc closes, the page behind is inert.
 * (Radix's would add a style element for its scroll lock, which the Content-Security-Policy forbids.)
 */
export function Dialog({ title, onClose, children, className = "" }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { common } = useMessages();

  // Before anything is painted, and before the element goes: the messages in it must not go with it.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    // By itself it gives the focus to its first button, which closes it.
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    const release = holdToasts(dialog);
    return () => {
      release();
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton label={common.close} onClick={onClose}>
            <X size={18} />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}
