/**
 * Where messages stand: in the top layer, and inside the dialog that is open, if one is. All else is inert and below then, so
 * that a message could neither be seen nor answered.
 */
const dialogs: HTMLElement[] = [];
let layer: HTMLElement | undefined;

export function toastLayer(): HTMLElement {
  if (layer === undefined) {
    layer = document.createElement("div");
    layer.className = "toasts";
    layer.popover = "manual";
    raise(layer);
  }
  return layer;
}

/** Brings the messages into a dialog that has opened; what is returned takes them out of it again. */
export function holdToasts(dialog: HTMLElement): () => void {
  dialogs.push(dialog);
  raise(toastLayer());
  return () => {
    dialogs.splice(dialogs.indexOf(dialog), 1);
    raise(toastLayer());
  };
}

/** What is shown last in the top layer lies above what is there. Moving an element takes it out of the layer. */
function raise(messages: HTMLElement) {
  (dialogs.at(-1) ?? document.body).append(messages);
  messages.showPopover();
}
