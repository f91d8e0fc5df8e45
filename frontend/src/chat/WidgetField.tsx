import { isJson, list, text, type WidgetNode } from "./protocol.ts";

/** The inputs of a widget's form; uncontrolled, read when the form is sent. */
export function WidgetField({ node }: { node: WidgetNode }) {
  const editable = isJson(node.editable) ? node.editable : {};
  const name = text(node.name) || text(editable.name);
  const label = text(node.label) || text(node.placeholder) || name;
  const value = text(node.defaultValue) || text(node.value);
  const common = { name, "aria-label": label, className: "w-input", required: node.required === true };
  switch (node.type) {
    case "Textarea":
      return <textarea {...common} defaultValue={value} placeholder={text(node.placeholder)} rows={3} />;
    case "Checkbox":
      return (
        <label className="tick">
          <input type="checkbox" name={name} value="true" defaultChecked={node.defaultChecked === true} />
          {label}
        </label>
      );
    case "Select":
      return (
        <select {...common} defaultValue={value}>
          {options(node).map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      );
    case "RadioGroup":
      return (
        <div className="w-col" role="radiogroup" aria-label={label}>
          {options(node).map((option) => (
            <label key={option.value} className="tick">
              <input type="radio" name={name} value={option.value} defaultChecked={option.value === value} />
              {option.label}
            </label>
          ))}
        </div>
      );
    case "DatePicker":
      return <input {...common} type="date" defaultValue={value} />;
    default:
      return <input {...common} defaultValue={value} placeholder={text(node.placeholder)} />;
  }
}

function options(node: WidgetNode): { value: string; label: string }[] {
  return list(node.options)
    .filter(isJson)
    .map((option) => ({ value: text(option.value), label: text(option.label) || text(option.value) }));
}
