import { Bell, TriangleAlert, X } from "lucide-react";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "./Button.tsx";
import { useStore } from "./store.ts";
import { toastLayer } from "./toastLayer.ts";
import { dismissToast, type Toast, toasts } from "./toasts.ts";

const SHOWN_MS = { plain: 8000, nudge: 20_000, danger: 10_000 };

/** The messages at the foot of the page, read out politely. Pointing at them or focusing them stops their clock. */
export function Toasts() {
  const shown = useStore(toasts);
  const { toast } = useMessages();
  return createPortal(
    <div className="toast-list" role="status" aria-live="polite" aria-label={toast.region}>
      {shown.map((item) => (
        <ToastCard key={item.id} toast={item} />
      ))}
    </div>,
    toastLayer(),
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const messages = useMessages();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), SHOWN_MS[toast.tone]);
    return () => clearTimeout(timer);
  }, [held, toast]);

  return (
    <div
      className={`toast toast-${toast.tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.tone === "nudge" && <Bell size={18} aria-hidden="true" />}
      {toast.tone === "danger" && <TriangleAlert size={18} aria-hidden="true" />}
      <div className="toast-text">
        <p>{toast.text}</p>
        {toast.detail !== undefined && <p className="toast-detail">{toast.detail}</p>}
      </div>
      {toast.action !== undefined && (
        <button
          type="button"
          className="toast-action"
          onClick={() => {
            dismissToast(toast.id);
            toast.action?.run();
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton label={messages.toast.dismiss} onClick={() => dismissToast(toast.id)}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
