// The page: what is pressed becomes an event for the server, and what the server sends is put in order.
import { chatList } from "./chat_list.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { $, announce } from "./dom.js";
import { events, send } from "./events.js";
import { library } from "./library.js";
import { preview } from "./preview.js";
import { sheet } from "./sheet.js";

// What each event does in the page before, or instead of, being sent to the server.
const actions = {
  example: (data, button) => composer.ask(button.textContent.trim()),
  copy: (data, button) => copy(data.markdown, button),
  edit: (data) => composer.edit(Number(data.turn), data.question),
  unedit: () => { composer.cancelEdit(); composer.fill(""); },
  retry: (data, button) => composer.ask($(".question", button.closest(".turn")).textContent, Number(data.turn)),
  view: (data) => sheet.show(data.view),
  articles: () => sheet.show("articles"),
  stop: composer.stop,
  close: sheet.close,
  theme: toggleTheme,
  chats: (data, button) => chatList.toggle(button),
  resume: (data) => { chatList.close(); composer.cancelEdit(); send("resume", { sealed: chatList.sealed(data.chat) }); },
  drop: (data) => chatList.drop(data.chat),
  export: (data) => { chatList.close(); send("export", data); },
  new: startChat,
  unscope: () => library.clear(),
  remove: (data, button) => library.remove(button, () => send("remove", { ...data, query: $("#find").value })),
  cite: (data) => { sheet.show("source"); send("cite", data); },
  nearest: (data) => { sheet.show("source"); send("nearest", data); },
  article: (data) => { sheet.show("source"); send("article", data); },
};

function startChat() {
  chatList.close();
  composer.cancelEdit();
  chatList.leave();
  send("new");
  sheet.show("articles", { open: false });
  $("#question").focus();
}

async function copy(markdown, button) {
  try {
    await navigator.clipboard.writeText(markdown);
    $("use", button).setAttribute("href", "#i-done");
    setTimeout(() => $("use", button)?.setAttribute("href", "#i-copy"), 1600);
    announce("Copied with citations");
  } catch {
    announce("The browser did not allow copying");
  }
}

function toggleTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try { localStorage.setItem("rag.theme", next); } catch { /* private windows keep nothing */ }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-event]");
  if (event.target.id === "veil") sheet.close();
  if (!event.target.closest?.(".popover, [data-event='chats']")) chatList.close();
  if (!button) return;
  const { event: name, ...data } = button.dataset;
  (actions[name] ?? (() => send(name, data)))(data, button);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".why")) return;
  event.preventDefault();
  const word = $("input", event.target).value.trim();
  if (!word) return;
  send("like", { ...event.target.dataset, word });
  announce("Noted, on this server only");
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea");
  if (event.key === "Escape") chatList.close() || preview.hide() || sheet.close();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); sheet.close(); $("#question").focus(); }
  const step = { ArrowLeft: ".citations .left", ArrowRight: ".citations .right" }[event.key];
  if (step && event.target.closest?.("#source")) $(step)?.click();
});

// Block -> what follows when the server has updated it.
const updates = {
  conversation: conversation.update,
  source: conversation.updateSource,
  library() { $(".total").textContent = $(".library")?.dataset.count ?? ""; library.update(); },
  outbox: save,
};

function save(block) {
  const { name, type, text } = block.props.value ?? {};
  if (!name) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Block -> what follows when Gradio has made it.
const inits = {
  composer: (block) => composer.init(block.element),
  library_controls: () => library.init(),
  tabs: () => sheet.show("articles", { open: false }),
  events: start,
};

function register(block) {
  block.watch?.("value", () => updates[block.name]?.(block));
  inits[block.name]?.(block);
}

function start(block) {
  events.connect(block);
  const present = chatList.present();
  send(present ? "resume" : "show", { sealed: present });
  send("library");
}

for (const id of ["status", "veil"]) {
  const element = document.createElement("div");
  element.id = id;
  if (id === "status") element.setAttribute("role", "status");
  document.body.append(element);
}
preview.init();
conversation.init();
document.documentElement.lang = "en";
const waiting = window.ragBlocks ?? [];
window.ragBlocks = { push: register };
waiting.forEach(register);
