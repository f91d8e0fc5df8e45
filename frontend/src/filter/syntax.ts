/** The filter language as the page needs it while one is typed: docs/filters.md has all of it, the server alone reads it. */

/** A piece of a filter between spaces and brackets, quotes kept whole. Offsets are in UTF-16 units. */
export interface Piece {
  from: number;
  to: number;
  text: string;
}

const QUOTES: Record<string, string> = { '"': '"', "“": "”", "„": "“", "«": "»" };

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = -1;
  let closing = "";
  const end = (to: number) => {
    if (from >= 0) pieces.push({ from, to, text: text.slice(from, to) });
    from = -1;
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (closing !== "") {
      if (sign === closing) closing = "";
    } else if (/[\s()|&]/.test(sign)) {
      end(at);
      continue;
    } else {
      closing = QUOTES[sign] ?? "";
    }
    if (from < 0) from = at;
  }
  end(text.length);
  return pieces;
}

/** Whether words alone are looked for: such a search goes through what is done as well. */
export function isWordsOnly(text: string): boolean {
  return piecesOf(text).every((piece) => !/[:#]|^[-!]|^(or|and|not)$/i.test(piece.text));
}

/** A tag as a filter: `#home`, or quoted where a sign in it would end it. */
export function tagFilter(tag: string): string {
  return /[\s()|&"“”„«»]/.test(tag) ? `tag:"${tag.replaceAll('"', "")}"` : `#${tag}`;
}

export interface Completion {
  /** What the piece becomes. */
  text: string;
  /** Which explanation the catalog has for it. */
  hint: string;
}

const STATES = ["open", "done", "overdue", "blocked", "recurring", "subtask", "trashed"];
const PARTS = ["due", "reminder", "subtasks", "tags", "description"];

const VALUES: Record<string, readonly string[]> = {
  priority: ["high", "medium", "low"],
  is: STATES,
  has: PARTS,
  no: PARTS,
};

const TIMES = ["due", "created", "updated", "completed"];
const FIELDS = ["due:", "#", "priority:", "is:", "has:", "no:", "created:", "updated:", "completed:"];

/** Words for dates by the language that the person's dates are read in; every one of them has been tried on the server. */
const DATES: Record<string, readonly string[]> = {
  en: ["today", "tomorrow", "this week", "next week", "this month", "yesterday"],
  de: ["heute", "morgen", "diese Woche", "nächste Woche", "diesen Monat", "gestern"],
  es: ["hoy", "mañana", "esta semana", "próxima semana", "este mes", "ayer"],
  fr: ["aujourd’hui", "demain", "cette semaine", "semaine prochaine", "ce mois", "hier"],
  it: ["oggi", "domani", "questa settimana", "prossima settimana", "questo mese", "ieri"],
  pt: ["hoje", "amanhã", "esta semana", "próxima semana", "este mês", "ontem"],
};

export interface Known {
  tags: readonly string[];
  /** The language of the person's dates; English if unset. */
  language: string;
}

const MOST = 8;

/** The piece that the caret is in or at the end of; an empty one between pieces. */
export function pieceAt(text: string, caret: number): Piece {
  const found = piecesOf(text).find((piece) => piece.from < caret && caret <= piece.to);
  if (found === undefined) return { from: caret, to: caret, text: "" };
  const sign = /^[-!]/.test(found.text) ? 1 : 0;
  return { from: found.from + sign, to: found.to, text: found.text.slice(sign) };
}

/** What the piece at the caret may become, best first. */
export function complete(text: string, caret: number, known: Known): Completion[] {
  const { from, text: whole } = pieceAt(text, caret);
  const typed = whole.slice(0, caret - from);
  if (typed === "") return FIELDS.map((field) => ({ text: field, hint: field }));
  if (typed.startsWith("#")) return tagsLike(typed.slice(1), known);
  const colon = typed.indexOf(":");
  if (colon >= 0) return valuesOf(typed.slice(0, colon).toLowerCase(), typed.slice(colon + 1), known);
  const like = typed.toLowerCase();
  const fields = FIELDS.filter((field) => field !== "#" && field.startsWith(like));
  return [...fields.map((field) => ({ text: field, hint: field })), ...tagsLike(typed, known)].slice(0, MOST);
}

function tagsLike(start: string, { tags }: Known): Completion[] {
  const like = start.toLowerCase();
  return tags
    .filter((tag) => tag.toLowerCase().startsWith(like) && tag.toLowerCase() !== like)
    .slice(0, MOST)
    .map((tag) => ({ text: tagFilter(tag), hint: "#" }));
}

function valuesOf(field: string, typed: string, known: Known): Completion[] {
  if (field === "tag") return tagsLike(typed.replace(/^#/, ""), known);
  const name = field === "p" ? "priority" : field;
  if (!TIMES.includes(name)) {
    return (VALUES[name] ?? [])
      .filter((value) => value.startsWith(typed.toLowerCase()) && value !== typed.toLowerCase())
      .map((value) => ({ text: `${field}:${value}`, hint: `${name === "no" ? "has" : name}:${value}` }));
  }
  const [, sign = "", start = ""] = /^([<>]=?)?["“„«]?(.*?)["”»]?$/.exec(typed) ?? [];
  const words = [...(DATES[known.language] ?? DATES.en!)];
  const whole = sign === "" ? [...words, ...(field === "due" ? ["overdue", "none"] : [])] : words;
  return whole
    .filter((word) => word.toLowerCase().startsWith(start.toLowerCase()) && word !== start)
    .slice(0, MOST)
    .map((word) => ({
      text: `${field}:${sign}${/\s/.test(word) ? `"${word}"` : word}`,
      hint: DATES.en!.includes(word) || words.includes(word) ? "date" : `due:${word}`,
    }));
}

/** The text with the piece at the caret completed, and where the caret then stands. A whole condition is followed by a space. */
export function withCompletion(text: string, caret: number, chosen: Completion) {
  const { from, to } = pieceAt(text, caret);
  const goesOn = /[:#]$/.test(chosen.text);
  const rest = text.slice(to).trimStart();
  const head = text.slice(0, from) + chosen.text + (goesOn ? "" : " ");
  return { text: head + rest, caret: head.length };
}

/** Where a refused filter is wrong: what the server says of it, and the piece it means. */
export interface Mistake {
  detail: string;
  from: number;
  to: number;
}

/** Reads "character 5: …", which counts code points from 1. */
export function mistakeOf(detail: string, text: string): Mistake {
  const [, place, rest] = /^character (\d+): (.*)$/s.exec(detail) ?? [];
  if (place === undefined) return { detail, from: 0, to: text.length };
  const from = [...text].slice(0, Number(place) - 1).join("").length;
  const piece = piecesOf(text).find((candidate) => candidate.from <= from && from < candidate.to);
  const to = piece?.to ?? Math.min(from + 1, text.length);
  return { detail: rest!, from: Math.min(from, text.length), to };
}

/** Whether the last condition has only been begun: not yet something to look for. */
export function isUnfinished(text: string): boolean {
  const last = piecesOf(text).at(-1)?.text ?? "";
  return /(^[-!]+|[#:]|:[<>=]+|\.\.)$/.test(last) || /:[<>]?=?["“„«][^"“”»]*$|^["“„«][^"“”»]*$/.test(last);
}
