import { useQueryClient } from "@tanstack/react-query";
import { Download, FileUp } from "lucide-react";
import { useId, useState } from "react";
import type { ExportFormat, Imported } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import type { TaskActions } from "../tasks/actions.ts";
import { renewTasks } from "../tasks/cache.ts";
import { Button } from "../ui/Button.tsx";

const FORMATS: readonly ExportFormat[] = ["json", "csv", "ics"];

/** Takes everything out as a file. */
export function ExportForm() {
  const messages = useMessages();
  const { data: words } = messages;
  const { api } = useServices();
  const [busy, setBusy] = useState<ExportFormat>();
  const [problem, setProblem] = useState("");

  async function save(format: ExportFormat) {
    setBusy(format);
    setProblem("");
    try {
      download(await api.export(format), `nudge.${format}`);
    } catch (error) {
      setProblem(explain(error, messages));
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <div className="settings-row">
      <h4>{words.exportTitle}</h4>
      <p className="settings-hint">{words.exportLead}</p>
      <div className="channel-acts">
        {FORMATS.map((format) => (
          <Button
            key={format}
            icon={<Download size={15} aria-hidden="true" />}
            busy={busy === format}
            onClick={() => void save(format)}
          >
            {words.formats[format]}
          </Button>
        ))}
      </div>
      <p className="field-error" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** The token travels in a header, so the file comes through the page and not by a link. */
function download(file: Blob, name: string) {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const SHOWN = 6;

interface Reading {
  file: File;
  result?: Imported;
  done: boolean;
}

/** Takes tasks in from a file: what would be made is shown first. */
export function ImportForm({ actions }: { actions: TaskActions }) {
  const messages = useMessages();
  const { data: words, common } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const id = useId();
  const [reading, setReading] = useState<Reading>();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function read(file: File, dryRun: boolean) {
    setBusy(true);
    setProblem("");
    try {
      const { data: result, changeSet } = await api.importFile(file, dryRun);
      setReading({ file, result, done: !dryRun });
      if (dryRun) return;
      actions.announce(words.imported(result.made), changeSet);
      void renewTasks(client);
    } catch (error) {
      setProblem(explain(error, messages));
    } finally {
      setBusy(false);
    }
  }

  const { result, done } = reading ?? {};
  return (
    <div className="settings-row">
      <h4>{words.importTitle}</h4>
      <p className="settings-hint" id={`${id}-hint`}>
        {words.importLead}
      </p>
      <label className="button button-outline file-button" aria-busy={busy || undefined}>
        <FileUp size={15} aria-hidden="true" />
        {words.choose}
        <input
          type="file"
          accept=".json,.csv,.ics,.zip,text/calendar,text/csv,application/json,application/zip"
          aria-describedby={`${id}-hint`}
          disabled={busy}
          onChange={(event) => {
            const file = event.target.files?.[0];
            // The same file chosen again is read again.
            event.target.value = "";
            if (file === undefined) return;
            setReading({ file, done: false });
            void read(file, true);
          }}
        />
      </label>
      <div role="status">
        {reading !== undefined && result === undefined && problem === "" && <p>{common.loading}</p>}
        {reading !== undefined && result !== undefined && (
          <ImportResult name={reading.file.name} result={result} done={done ?? false} />
        )}
      </div>
      <p className="field-error" role="alert">
        {problem}
      </p>
      {reading !== undefined && result !== undefined && !done && (
        <div className="channel-acts">
          <Button
            variant="primary"
            busy={busy}
            disabled={result.made === 0 && !result.settings}
            onClick={() => void read(reading.file, false)}
          >
            {words.importNow(result.made)}
          </Button>
          <Button variant="quiet" onClick={() => setReading(undefined)}>
            {common.cancel}
          </Button>
        </div>
      )}
    </div>
  );
}

function ImportResult({ name, result, done }: { name: string; result: Imported; done: boolean }) {
  const { data: words, bulk } = useMessages();
  const rest = result.made - Math.min(SHOWN, result.tasks.length);
  const problems = result.problems.length + result.more_problems;
  return (
    <div className="import-result">
      <p>
        <strong>{name}</strong> · {words.sources[result.format] ?? result.format}
      </p>
      <p>{done ? words.made(result.made, result.skipped) : words.wouldMake(result.made, result.skipped)}</p>
      {!done && result.tasks.length > 0 && (
        <ul>
          {result.tasks.slice(0, SHOWN).map((task) => (
            <li key={task.id}>{task.title}</li>
          ))}
          {rest > 0 && <li>{bulk.more(rest)}</li>}
        </ul>
      )}
      {problems > 0 && (
        <details>
          <summary>{words.problems(problems)}</summary>
          <ul>
            {result.problems.map(({ line, pointer, reason, kept }, index) => (
              <li key={index}>
                {line !== undefined && <code>{words.line(line)} </code>}
                {line === undefined && pointer !== undefined && <code>{pointer} </code>}
                {reason} {kept ? `(${words.kept})` : ""}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
