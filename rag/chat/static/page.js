// The page's hands: what is pressed becomes an event for the server; what the server draws is put in order.
import { chats } from "./chats.js";
import { preview } from "./preview.js";
import { shelf } from "./shelf.js";

const $ = (selector, root = document) => root.querySelector(selector);
const blocks = {};
const small = matchMedia("(max-width: 860px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SETTLING = 80; // ms after a drawing in which Gradio still drops the event that asked for it
let editing = null; // the turn whose question is being edited
let opener = null; // what had the focus before the sheet opened

const tell = (event, data = {}) => blocks.wire?.trigger(event, data);

function say(words) {
  $("#say").textContent = words;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $("#say").textContent = ""; }, 2600);
}

function view(name, { sheet = true } = {}) {
  const right = $("#right");
  right.dataset.view = name;
  right.querySelectorAll("[data-view]").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.view === name)));
  if (!small.matches || !sheet || document.body.classList.contains("sheet")) return;
  opener = document.activeElement;
  document.body.classList.add("sheet");
  dialog(true);
  $(".shut").focus({ preventScroll: true });
}

function dialog(open) {
  const right = $("#right");
  for (const [name, value] of [["role", "dialog"], ["aria-modal", "true"], ["aria-label", "Source and articles"]])
    if (open) right.setAttribute(name, value); else right.removeAttribute(name);
  $("#left").inert = open;
}

function shut() {
  if (!document.body.classList.contains("sheet")) return false;
  document.body.classList.remove("sheet");
  dialog(false);
  opener?.isConnected && opener.focus();
  return true;
}

// What each event does in the page before, or instead of, being told to the server.
const hands = {
  example: (data, button) => ask(button.textContent.trim()),
  copy: (data, button) => copy(data.markdown, button),
  edit: (data) => edit(Number(data.turn), data.question),
  unedit: () => { unedit(); $("#question").value = ""; grow(); },
  retry: (data, button) => ask($(".question", button.closest(".turn")).textContent, Number(data.turn)),
  view: (data) => view(data.view),
  shelf: () => view("articles"),
  stop: () => { tell("stop"); setTimeout(giveUp, 2500); },
  shut,
  theme,
  chats: (data, button) => chats.toggle(button),
  resume: (data) => { chats.close(); unedit(); tell("resume", { sealed: chats.sealed(data.chat) }); },
  drop: (data) => chats.drop(data.chat),
  export: (data) => { chats.close(); tell("export", data); },
  new: () => { chats.close(); unedit(); chats.leave(); tell("new"); view("articles", { sheet: false }); $("#question").focus(); },
  unscope: () => shelf.clear(),
  remove: (data, button) => shelf.remove(button, () => tell("remove", { ...data, query: $("#find").value })),
  cite: (data) => { view("source"); tell("cite", data); },
  nearest: (data) => { view("source"); tell("nearest", data); },
  article: (data) => { view("source"); tell("article", data); },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-event]");
  if (event.target.id === "veil") shut();
  if (!event.target.closest?.(".popover, [data-event='chats']")) chats.close();
  if (!button) return;
  const { event: name, ...data } = button.dataset;
  (hands[name] ?? (() => tell(name, data)))(data, button);
});

function ask(words, turn = editing) {
  const text = words.trim();
  if (!text || document.body.classList.contains("busy")) return;
  document.body.classList.add("busy");
  unedit();
  tell("ask", turn === null ? { text } : { text, turn });
}

// A stopped answer ends at once; when it does not, the server is gone.
function giveUp() {
  if (!document.body.classList.contains("busy")) return;
  document.body.classList.remove("busy");
  say("The server does not answer. Is it still running?");
}

function edit(turn, question) {
  editing = turn;
  $(".editing").hidden = false;
  const box = $("#question");
  box.value = question;
  grow();
  box.focus();
}

function unedit() {
  editing = null;
  $(".editing").hidden = true;
}

async function copy(markdown, button) {
  try {
    await navigator.clipboard.writeText(markdown);
    $("use", button).setAttribute("href", "#i-done");
    setTimeout(() => $("use", button)?.setAttribute("href", "#i-copy"), 1600);
    say("Copied with citations");
  } catch {
    say("The browser did not allow copying");
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".why")) return;
  event.preventDefault();
  const word = $("input", event.target).value.trim();
  if (!word) return;
  tell("like", { ...event.target.dataset, word });
  say("Noted, on this server only");
});

function theme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try { localStorage.setItem("rag.theme", next); } catch { /* private windows keep nothing */ }
}

function grow() {
  const box = $("#question");
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

// What the server drew.
const drawn = {
  conversation() {
    const turns = $("#conversation .turns");
    if (late(turns)) return setTimeout(() => tell("show"), SETTLING);
    const busy = turns?.getAttribute("aria-busy") === "true";
    clearTimeout(drawn.settling);
    if (busy) document.body.classList.add("busy");
    else drawn.settling = setTimeout(() => document.body.classList.remove("busy"), SETTLING);
    document.body.classList.toggle("empty", !$("#conversation .turn"));
    if (turns?.dataset.sealed) chats.keep(turns.dataset);
    drawn.current();
    follow();
  },
  source() {
    const hit = $("#source mark.open") ?? $("#source h2");
    drawn.current();
    if (!hit) return;
    const top = $("#source mark.open") ? hit.getBoundingClientRect().top - $("#source").getBoundingClientRect().top - $("#source").clientHeight * .32 : -1e6;
    $("#source").scrollBy({ top, behavior: calm.matches ? "auto" : "smooth" });
    if (small.matches || document.activeElement?.closest("#source")) $("#source h2")?.focus({ preventScroll: true });
  },
  current() { // the mark whose source is open
    document.querySelectorAll(".mark.current").forEach((mark) => mark.classList.remove("current"));
    const { turn, number } = drawn.wanted ?? {};
    if ($("#source .way")) $(`#conversation .mark[data-turn="${turn}"][data-number="${number}"]`)?.classList.add("current");
  },
  library() { $(".total").textContent = $(".library")?.dataset.count ?? ""; shelf.drawn(); },
  outbox(block) {
    const { name, type, text } = block.props.value ?? {};
    if (!name) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};

// A slow drawing can come after a newer one, which it then hides. Asked for again at most once in a row.
function late(turns) {
  const number = Number(turns?.dataset.drawing ?? 0);
  const older = number < late.newest && !late.again;
  late.again = older;
  if (!older) late.newest = number;
  return older;
}

let last = 0; // turns on the page at the last drawing
let following = false; // until the reader scrolls by hand
const opened = new Set(); // turns whose withheld sentences are open; a drawing would close them

function follow() {
  const turns = document.querySelectorAll("#conversation .turn");
  for (const turn of turns) if (opened.has(turn.dataset.turn)) $("details", turn)?.setAttribute("open", "");
  following ||= turns.length > last;
  last = turns.length;
  if (!turns.length || !following) return;
  $("#conversation").scrollTo({ top: turns[turns.length - 1].offsetTop, behavior: calm.matches ? "auto" : "smooth" });
  following = Boolean($("[aria-busy=true]")); // a like or a dislike later must not move the page
}

for (const name of ["wheel", "touchmove"])
  document.addEventListener(name, (event) => { if (event.target.closest?.("#conversation")) following = false; }, { passive: true });
document.addEventListener("toggle", (event) => {
  const turn = event.target.closest?.(".turn")?.dataset.turn;
  if (turn === undefined || !event.target.isConnected) return;
  if (event.target.open) opened.add(turn);
}, true);
document.addEventListener("click", (event) => {
  const details = event.target.closest?.("summary")?.parentElement;
  if (details?.open) opened.delete(details.closest(".turn").dataset.turn);
});

function begin(block) {
  blocks[block.name] = block;
  block.watch?.("value", () => drawn[block.name]?.(block));
  if (block.name === "composer") compose(block.element);
  if (block.name === "shelf") shelf.begin(block.element, { tell, view, say });
  if (block.name === "tabs") view("articles", { sheet: false });
  if (block.name === "wire") start(block);
}

function start(block) {
  const { trigger } = block;
  block.trigger = (event, data) => {
    if (event === "cite") drawn.wanted = data;
    else if (event === "nearest" || event === "article") drawn.wanted = null;
    trigger(event, data);
  };
  const present = chats.present();
  tell(present ? "resume" : "show", { sealed: present });
  tell("library", {});
}

function compose(element) {
  const form = $("form", element);
  const box = $("#question");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const settling = document.body.classList.contains("busy") && !$("[aria-busy=true]");
    if (settling) setTimeout(() => form.requestSubmit(), SETTLING + 10);
    if (document.body.classList.contains("busy") || !box.value.trim()) return;
    ask(box.value);
    box.value = "";
    grow();
  });
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  if (!small.matches) box.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea");
  if (event.key === "Escape") chats.close() || preview.hide() || shut();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); shut(); $("#question").focus(); }
  const step = { ArrowLeft: ".way .left", ArrowRight: ".way .right" }[event.key];
  if (step && event.target.closest?.("#source")) $(step)?.click();
});

for (const id of ["say", "veil"]) {
  const element = document.createElement("div");
  element.id = id;
  if (id === "say") element.setAttribute("role", "status");
  document.body.append(element);
}
preview.begin();
document.documentElement.lang = "en";
const waiting = window.ragBlocks ?? [];
window.ragBlocks = { push: begin };
waiting.forEach(begin);
