// Chats kept in this browser, as the strings that the server signed; only the server can open or make one.
import { $, announce, owned } from "./dom.js";

const EXPORTS = [["word", "Word"], ["pdf", "PDF"], ["markdown", "Markdown"], ["html", "HTML"], ["bibtex", "BibTeX"], ["csl", "CSL"]]; // the last two hold the cited articles only
const KEY = owned("rag.chats");
const KEPT = 30;
const MANY = 5; // chats from which on the list can be searched
let newest = {}; // the chat on the page, for a browser that keeps nothing

const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; } };

function write(list) {
  for (let kept = list.slice(0, KEPT); ; kept = kept.slice(0, -1)) {
    try { localStorage.setItem(KEY, JSON.stringify(kept)); return; } catch { if (!kept.length) return; } // full: the oldest is dropped
  }
}

function keep({ chat, title, sealed }) {
  const all = read();
  const before = all.find((kept) => kept.chat === chat);
  newest = { chat, sealed };
  if (before?.sealed === sealed) return;
  write([{ chat, title, name: before?.name, sealed, time: Date.now() }, ...all.filter((kept) => kept.chat !== chat)]);
}

const sealed = (chat) => read().find((kept) => kept.chat === chat)?.sealed ?? (newest.chat === chat ? newest.sealed : "");
const nameOf = (kept) => kept.name || kept.title;

function drop(chat) {
  write(read().filter((kept) => kept.chat !== chat));
  render();
}

// The chat's name becomes a field; Enter or leaving it keeps the words, Escape the name as it was.
function rename(button) {
  const item = button.closest("li");
  const { chat } = button.dataset;
  const field = Object.assign(document.createElement("input"), { value: $(".name", item).textContent, maxLength: 80 });
  field.setAttribute("aria-label", "Name of the chat");
  $("button", item).hidden = true;
  item.prepend(field);
  field.select();
  let given = false;
  const finish = (name) => {
    if (given) return;
    given = true;
    if (name !== null) write(read().map((kept) => kept.chat === chat ? { ...kept, name: name.trim() } : kept));
    render();
    $(`#chats [data-event="rename"][data-chat="${chat}"]`)?.focus();
  };
  field.addEventListener("blur", () => finish(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // else the button that gets the focus is pressed
    event.stopPropagation();
    finish(event.key === "Enter" ? field.value : null);
  });
}

function makeRow(kept) {
  const item = document.createElement("li");
  const open = makeButton("resume", kept.chat);
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = nameOf(kept);
  const time = document.createElement("span");
  time.className = "day";
  time.textContent = new Date(kept.time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  open.append(name, time);
  item.append(open, makeTool("rename", kept, "Rename the chat", "edit"), makeTool("drop", kept, "Forget the chat", "remove"));
  return item;
}

function makeTool(event, kept, label, icon) {
  const tool = makeButton(event, kept.chat);
  tool.className = "tool";
  tool.setAttribute("aria-label", `${label}: ${nameOf(kept)}`);
  tool.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#i-${icon}"/></svg>`;
  return tool;
}

function makeButton(event, chat) {
  const button = document.createElement("button");
  button.type = "button";
  Object.assign(button.dataset, { event, chat });
  return button;
}

function makeSearch(list) {
  const field = Object.assign(document.createElement("input"), { type: "search", placeholder: "Find a chat" });
  field.setAttribute("aria-label", "Find a chat");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const item of list.children) item.hidden = !words.every((word) => $(".name", item).textContent.toLowerCase().includes(word));
  });
  return field;
}

function render() {
  const list = document.createElement("ul");
  list.append(...read().map(makeRow));
  const heading = document.createElement("h2");
  heading.textContent = list.children.length ? "Kept in this browser" : "No chats are kept in this browser yet";
  const saves = document.createElement("p");
  saves.className = "saves";
  saves.innerHTML = `Save as ${EXPORTS.map(([kind, label]) => `<button type="button" class="link" data-event="export" data-kind="${kind}">${label}</button>`).join(" ")}`;
  saves.hidden = !$("#conversation .turn");
  const shares = document.createElement("div");
  shares.className = "saves shares";
  shares.innerHTML = `<button type="button" class="link" data-event="share" data-on="true">Make a link</button> <span>for others who log in here</span>`;
  shares.hidden = saves.hidden || $("form[action='./logout']").hidden || document.body.classList.contains("shared-chat");
  $("#chats").replaceChildren(heading, ...(list.children.length > MANY ? [makeSearch(list)] : []), list, saves, shares);
}

// The link in place of the button that made it.
function showLink({ token, problem }) {
  const place = $("#chats .shares");
  if (!token) { render(); if (problem) announce(problem); return; }
  const link = Object.assign(document.createElement("input"), { readOnly: true, value: new URL(`./?shared=${token}`, location.href).href });
  link.setAttribute("aria-label", "Link to this chat as it is now");
  const end = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Stop sharing" });
  end.dataset.event = "share";
  place.replaceChildren(link, end);
  link.focus();
  link.select();
  navigator.clipboard?.writeText(link.value).then(() => announce("Link copied"), () => {});
}

function toggle(button) {
  if (!$("#chats").hidden) return close();
  render();
  $("#chats").hidden = false;
  button.setAttribute("aria-expanded", "true");
  $("#chats button")?.focus({ preventScroll: true });
}

function close() {
  const panel = $("#chats");
  if (!panel || panel.hidden) return false;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  const button = $("[data-event='chats']");
  button.setAttribute("aria-expanded", "false");
  if (inside) button.focus();
  return true;
}

export const chatList = { keep, sealed, drop, rename, toggle, close, showLink };
