// The page: what is pressed becomes an event for the server, and what the server sends is put in its place.
import { chatList } from "./chat_list.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { $, announce } from "./dom.js";
import { chat, send } from "./events.js";
import { find } from "./find.js";
import { library } from "./library.js";
import { preview } from "./preview.js";
import { sheet } from "./sheet.js";
import { source } from "./source.js";

const BLOCKS = ["header", "conversation", "narrowed", "composer", "tabs", "source", "library_controls", "library"];

// What each event does, with the data of the button that was pressed.
const actions = {
  example: (data, button) => composer.ask(button.textContent.trim()),
  copy: (data, button) => copy(data.markdown, button),
  edit: (data) => composer.edit(data.turn, data.question),
  unedit: () => { composer.cancelEdit(); composer.fill(""); },
  retry: (data, button) => composer.ask($(".question", button.closest(".turn")).textContent, { replaced: data.turn }),
  alone: (data) => composer.ask(data.question, { replaced: data.turn, alone: true }),
  undo: () => composer.undo(),
  like,
  view: (data) => sheet.show(data.view),
  articles: () => sheet.show("articles"),
  stop: () => composer.stop(),
  close: () => sheet.close(),
  theme: toggleTheme,
  chats: (data, button) => chatList.toggle(button),
  resume: (data) => openChat(data.chat),
  rename: (data, button) => chatList.rename(button),
  drop: (data) => chatList.drop(data.chat),
  share: async (data) => chatList.showLink(await send("share", data)),
  export: async (data) => { chatList.close(); save(await send("export", data)); },
  new: () => { sheet.show("articles", { open: false }); $("#question").focus(); return openChat(); },
  unscope: () => library.clear(),
  undated: () => library.toggleUndated(),
  unfind: () => library.unfind(),
  remove: (data, button) => library.remove(button),
  cite: (data) => source.open("cite", data),
  nearest: (data) => source.open("nearest", data),
  article: (data) => source.open("article", data),
  pdf: (data) => source.open("pdf", data),
  text: () => source.showText(),
  quote: () => source.quote(),
  top: () => source.top(),
  within: () => find.open(),
  found: (data) => find.step(Number(data.step)),
  unwithin: () => find.close(),
};

function run(name, data, button) {
  Promise.resolve(actions[name]?.(data, button)).catch(conversation.fail);
}

function openChat(id) {
  chatList.close();
  if (chat.shared) { chat.open(id); location.href = "./"; return undefined; }
  composer.leave();
  chat.open(id);
  return conversation.show({ turns: 1e6, sealed: chatList.sealed(chat.id) });
}

async function like(data) {
  const { conversation: html, problem } = await send("like", data);
  if (!problem) conversation.draw(html);
  if (problem || data.word) announce(problem || "Noted, on this server only");
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
  run(name, data, button);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".why")) return;
  event.preventDefault();
  const word = $("input", event.target).value.trim();
  if (!word) return;
  run("like", { ...event.target.dataset, word });
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea");
  if (event.key === "Escape") chatList.close() || preview.hide() || find.close() || sheet.close();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); sheet.close(); $("#question").focus(); }
  const step = { ArrowLeft: ".citations .left", ArrowRight: ".citations .right" }[event.key];
  if (step && event.target.closest?.("#source, .mark.current")) $(step)?.click();
});

function save({ name, type, text, base64 }) {
  const link = document.createElement("a");
  const content = base64 ? Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) : text;
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function start() {
  chat.openShared();
  document.body.classList.toggle("shared-chat", chat.shared);
  if (!chat.id) chat.open();
  composer.init();
  library.init();
  sheet.show("articles", { open: false });
  for (const work of [chat.shared ? conversation.show() : composer.resume(), library.narrow()]) work.catch(conversation.fail);
}

for (const id of ["status", "veil"]) {
  const element = document.createElement("div");
  element.id = id;
  if (id === "status") element.setAttribute("role", "status");
  document.body.append(element);
}
preview.init();
conversation.init();
find.init();
document.documentElement.lang = "en";

// Gradio makes the blocks one by one, before or after this script is loaded; the page starts once, with all of them.
const missing = new Set(BLOCKS);
const register = (name) => { if (missing.delete(name) && !missing.size) start(); };
const made = window.ragBlocks ?? [];
window.ragBlocks = { push: register };
made.forEach(register);
