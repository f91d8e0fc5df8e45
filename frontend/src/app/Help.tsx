import { useMessages } from "../messages/index.tsx";
import { Dialog } from "../ui/Dialog.tsx";

export default function Help({ onClose }: { onClose(): void }) {
  const { help } = useMessages();
  return (
    <Dialog title={help.title} onClose={onClose}>
      <dl className="keys">
        {help.rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(/\s{2,}/).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
