import "@fontsource-variable/figtree/wght.css";
import "@fontsource-variable/bricolage-grotesque/wght.css";
import "./tokens.css";
import "./base.css";
import "./ui/ui.css";
import "./app/app.css";
import "./session/session.css";
import "./tasks/tasks.css";
import "./filter/filter.css";
import "./tasks/editor.css";
import "./chat/chat.css";
import "./chat/widget.css";
import "./notifications/notifications.css";
import "./activity/activity.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App />);
