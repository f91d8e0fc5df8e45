import { createContext, type ReactNode, use, useState } from "react";
import { type Action, isJson, list, readAction, readNode, text, type WidgetNode } from "./protocol.ts";
import { RichText } from "./RichText.tsx";
import { WidgetField } from "./WidgetField.tsx";
import { WidgetIcon } from "./WidgetIcon.tsx";

interface WidgetContext {
  act(action: Action): void;
  busy: boolean;
}

const Context = createContext<WidgetContext>({ act: () => undefined, busy: false });

/** The task a card is about, by its id `task-<uuid>`: its title opens it. */
const CardTask = createContext("");

interface WidgetProps {
  root: WidgetNode;
  /** While an action runs, the buttons wait. */
  busy: boolean;
  onAction(action: Action): void;
}

/** Draws a ChatKit widget. Components it does not know are drawn as their children, so that no words are lost. */
export function Widget({ root, busy, onAction }: WidgetProps) {
  return (
    <Context value={{ act: onAction, busy }}>
      <div className="widget">
        <Node node={root} />
      </div>
    </Context>
  );
}

function Children({ of }: { of: WidgetNode }) {
  return list(of.children).map((child, index) => {
    const node = readNode(child);
    return node && <Node key={text(node.key) || text(node.id) || index} node={node} />;
  });
}

function Node({ node }: { node: WidgetNode }): ReactNode {
  switch (node.type) {
    case "Card":
      return <Card node={node} />;
    case "ListView":
      return <ListView node={node} />;
    case "ListViewItem":
      return <ListViewItem node={node} />;
    case "Form":
      return <WidgetForm node={node} />;
    case "Row":
    case "Col":
    case "Box":
      return (
        <div className={`w-${node.type.toLowerCase()}`} data-justify={text(node.justify) || undefined}>
          <Children of={node} />
        </div>
      );
    case "Button":
      return <WidgetButton node={node} />;
    default:
      return <Leaf node={node} />;
  }
}

function Leaf({ node }: { node: WidgetNode }): ReactNode {
  const value = text(node.value);
  switch (node.type) {
    case "Title":
      return <Title value={value} />;
    case "Text":
      return isJson(node.editable) ? (
        <WidgetField node={node} />
      ) : (
        <p className="w-text" data-tone={text(node.color) || undefined}>
          {value}
        </p>
      );
    case "Markdown":
      return <RichText text={value} />;
    case "Caption":
    case "Label":
      return (
        <p className="w-caption" data-tone={text(node.color) || undefined}>
          {value}
        </p>
      );
    case "Badge":
      return (
        <span className="w-badge" data-tone={text(node.color) || toneOf(text(node.label))}>
          {text(node.label)}
        </span>
      );
    case "Icon":
      return <WidgetIcon name={text(node.name)} />;
    case "Divider":
      return <hr className="w-divider" />;
    case "Spacer":
      return <span className="w-spacer" />;
    case "Input":
    case "Textarea":
    case "Select":
    case "DatePicker":
    case "Checkbox":
    case "RadioGroup":
      return <WidgetField node={node} />;
    default:
      return <Children of={node} />;
  }
}

function Title({ value }: { value: string }) {
  const task = use(CardTask);
  const { act } = use(Context);
  if (task === "") return <p className="w-title">{value}</p>;
  const open = { type: "task.open", payload: { id: task }, handler: "client" };
  return (
    <button type="button" className="w-title" onClick={() => act(open)}>
      {value}
    </button>
  );
}

/** Priorities come as plain labels; the page gives them their colour. */
function toneOf(label: string): string {
  if (/^(!|high$)/i.test(label)) return "danger";
  return label.startsWith("#") ? "tag" : "secondary";
}

function Card({ node }: { node: WidgetNode }) {
  const confirm = isJson(node.confirm) ? node.confirm : undefined;
  const cancel = isJson(node.cancel) ? node.cancel : undefined;
  const body = (
    <>
      {text(isJson(node.status) ? node.status.text : "") !== "" && (
        <p className="w-caption">{text(isJson(node.status) ? node.status.text : "")}</p>
      )}
      <Children of={node} />
      {(confirm ?? cancel) && (
        <div className="w-row w-answer">
          {cancel && <ActButton label={text(cancel.label)} action={readAction(cancel.action)} />}
          {confirm && (
            <ActButton
              label={text(confirm.label)}
              action={node.asForm === true ? undefined : readAction(confirm.action)}
              primary
              submit={node.asForm === true}
            />
          )}
        </div>
      )}
    </>
  );
  const task = /^task-(.+)$/.exec(text(node.id))?.[1] ?? "";
  return (
    <CardTask value={task}>
      <div className="w-card" data-task-card={task || undefined}>
        {node.asForm === true ? <FormShell action={readAction(confirm?.action)}>{body}</FormShell> : body}
      </div>
    </CardTask>
  );
}

function ListView({ node }: { node: WidgetNode }) {
  const children = list(node.children);
  const limit = typeof node.limit === "number" ? node.limit : children.length;
  const [all, setAll] = useState(false);
  const shown = all ? children : children.slice(0, limit);
  return (
    <div className="w-list">
      {isJson(node.status) && <p className="w-caption">{text(node.status.text)}</p>}
      <ul>
        {shown.map((child, index) => {
          const item = readNode(child);
          return item && <Node key={text(item.key) || text(item.id) || index} node={item} />;
        })}
      </ul>
      {shown.length < children.length && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          +{children.length - shown.length}
        </button>
      )}
    </div>
  );
}

function ListViewItem({ node }: { node: WidgetNode }) {
  const { act, busy } = use(Context);
  const action = readAction(node.onClickAction);
  return (
    <li>
      {action === undefined ? (
        <div className="w-item">
          <Children of={node} />
        </div>
      ) : (
        <button
          type="button"
          className="w-item"
          disabled={busy && action.handler !== "client"}
          onClick={() => act(action)}
        >
          <Children of={node} />
        </button>
      )}
    </li>
  );
}

function WidgetButton({ node }: { node: WidgetNode }) {
  const primary = node.style === "primary" || node.color === "primary";
  return (
    <ActButton
      label={text(node.label)}
      action={readAction(node.onClickAction)}
      primary={primary}
      submit={node.submit === true}
      icon={text(node.iconStart)}
      disabled={node.disabled === true}
    />
  );
}

interface ActButtonProps {
  label: string;
  action: Action | undefined;
  primary?: boolean;
  submit?: boolean;
  icon?: string;
  disabled?: boolean;
}

function ActButton({
  label,
  action,
  primary = false,
  submit = false,
  icon = "",
  disabled = false,
}: ActButtonProps) {
  const { act, busy } = use(Context);
  return (
    <button
      type={submit ? "submit" : "button"}
      className={`button ${primary ? "button-primary" : "button-outline"} w-button`}
      disabled={disabled || busy || (action === undefined && !submit)}
      onClick={() => action && !submit && act(action)}
    >
      {icon !== "" && <WidgetIcon name={icon} />}
      {label}
    </button>
  );
}

function WidgetForm({ node }: { node: WidgetNode }) {
  return (
    <FormShell action={readAction(node.onSubmitAction)}>
      <Children of={node} />
    </FormShell>
  );
}

/** Submitting merges the named values into the payload; dots in a name nest, what the payload already says wins. */
function FormShell({ action, children }: { action: Action | undefined; children: ReactNode }) {
  const { act } = use(Context);
  return (
    <form
      className="w-col"
      onSubmit={(event) => {
        event.preventDefault();
        if (action === undefined) return;
        act({ ...action, payload: mergeForm(action.payload ?? {}, new FormData(event.currentTarget)) });
      }}
    >
      {children}
    </form>
  );
}

function mergeForm(payload: Record<string, unknown>, form: FormData): Record<string, unknown> {
  const merged = structuredClone(payload);
  for (const [name, value] of form) {
    const path = name.split(".").filter((key) => key !== "__proto__" && key !== "constructor");
    const last = path.pop();
    if (last === undefined || typeof value !== "string") continue;
    let at: Record<string, unknown> = merged;
    for (const key of path) {
      if (!isJson(at[key])) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    if (!Object.hasOwn(at, last)) at[last] = value;
  }
  return merged;
}
