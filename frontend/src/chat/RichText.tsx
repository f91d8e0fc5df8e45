import { Fragment, type ReactNode } from "react";

const MARKS = /(\*\*[^*\n]+\*\*|`[^`\n]+`)/;

/** Text with **bold** and `code`; lines beginning with "- " become a list. Everything else is shown as written. */
export function RichText({ text }: { text: string }) {
  const blocks: ReactNode[] = [];
  let points: string[] = [];
  const flush = () => {
    if (points.length === 0) return;
    const own = points;
    points = [];
    blocks.push(
      <ul key={blocks.length}>
        {own.map((point, index) => (
          <li key={index}>{inline(point)}</li>
        ))}
      </ul>,
    );
  };
  for (const line of text.split("\n")) {
    const point = /^\s*[-*•]\s+(.*)$/.exec(line)?.[1];
    if (point !== undefined) {
      points.push(point);
      continue;
    }
    flush();
    if (line.trim() !== "") blocks.push(<p key={blocks.length}>{inline(line)}</p>);
  }
  flush();
  return <>{blocks}</>;
}

function inline(line: string): ReactNode {
  return line.split(MARKS).map((part, index) => {
    if (part.startsWith("**") && part.endsWith("**") && part.length > 4) {
      return <strong key={index}>{part.slice(2, -2)}</strong>;
    }
    if (part.startsWith("`") && part.endsWith("`") && part.length > 2)
      return <code key={index}>{part.slice(1, -1)}</code>;
    return <Fragment key={index}>{part}</Fragment>;
  });
}
