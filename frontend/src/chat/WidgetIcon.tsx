import {
  Bell,
  CalendarDays,
  Check,
  CircleAlert,
  CircleCheck,
  Clock,
  Flag,
  Hash,
  Info,
  type LucideIcon,
  Pencil,
  Plus,
  Repeat,
  Search,
  Sparkles,
  Trash2,
  Undo2,
} from "lucide-react";

/** The names the protocol uses, with or without its `lucide:` prefix. */
const ICONS: Record<string, LucideIcon> = {
  bell: Bell,
  calendar: CalendarDays,
  check: Check,
  "check-circle": CircleCheck,
  "check-circle-filled": CircleCheck,
  clock: Clock,
  flag: Flag,
  hash: Hash,
  tag: Hash,
  info: Info,
  pencil: Pencil,
  "write-alt": Pencil,
  plus: Plus,
  repeat: Repeat,
  reload: Repeat,
  search: Search,
  sparkle: Sparkles,
  trash: Trash2,
  undo: Undo2,
  alert: CircleAlert,
  warning: CircleAlert,
};

export function WidgetIcon({ name }: { name: string }) {
  const Icon = ICONS[name.replace(/^lucide:/, "")];
  return Icon === undefined ? null : <Icon size={16} aria-hidden="true" className="w-icon" />;
}
