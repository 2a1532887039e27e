// Chats kept in this browser, as the strings that the server signed; only the server can open or make one.
import { $ } from "./dom.js";

const KEY = "rag.chats";
const KEPT = 30;

const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; } };

function write(list) {
  for (let kept = list.slice(0, KEPT); ; kept = kept.slice(0, -1)) {
    try { localStorage.setItem(KEY, JSON.stringify(kept)); return; } catch { if (!kept.length) return; } // full: the oldest is dropped
  }
}

function keep({ chat, title, sealed }) {
  write([{ chat, title, sealed, time: Date.now() }, ...read().filter((kept) => kept.chat !== chat)]);
  try { sessionStorage.setItem(KEY, chat); } catch { /* then a reload starts an empty chat */ }
}

const sealed = (chat) => read().find((kept) => kept.chat === chat)?.sealed ?? "";
const present = () => { try { return sealed(sessionStorage.getItem(KEY)); } catch { return ""; } };
const leave = () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing was kept */ } };

function drop(chat) {
  write(read().filter((kept) => kept.chat !== chat));
  render();
}

function makeRow(kept) {
  const item = document.createElement("li");
  const open = makeButton("resume", kept.chat);
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = kept.title;
  const time = document.createElement("span");
  time.className = "day";
  time.textContent = new Date(kept.time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  open.append(name, time);
  const drop = makeButton("drop", kept.chat);
  drop.className = "tool";
  drop.setAttribute("aria-label", `Forget the chat: ${kept.title}`);
  drop.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-remove"/></svg>';
  item.append(open, drop);
  return item;
}

function makeButton(event, chat) {
  const button = document.createElement("button");
  button.type = "button";
  Object.assign(button.dataset, { event, chat });
  return button;
}

function render() {
  const list = document.createElement("ul");
  list.append(...read().map(makeRow));
  const heading = document.createElement("h2");
  heading.textContent = list.children.length ? "Kept in this browser" : "No chats are kept in this browser yet";
  const saves = document.createElement("p");
  saves.className = "saves";
  saves.innerHTML = 'Save this chat as <button type="button" class="link" data-event="export" data-kind="markdown">Markdown</button> <button type="button" class="link" data-event="export" data-kind="html">HTML</button>';
  saves.hidden = !$("#conversation .turn");
  $("#chats").replaceChildren(heading, list, saves);
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

export const chatList = { keep, sealed, present, leave, drop, toggle, close };
