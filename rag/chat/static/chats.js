// Chats kept in this browser: sealed by the server, so that nobody can forge one, and opened by it alone.
const KEY = "rag.chats";
const KEPT = 30;
const $ = (selector) => document.querySelector(selector);

const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; } };

function write(list) {
  for (let kept = list.slice(0, KEPT); ; kept = kept.slice(0, -1)) {
    try { localStorage.setItem(KEY, JSON.stringify(kept)); return; } catch { if (!kept.length) return; } // full: the oldest goes
  }
}

function keep({ chat, title, sealed }) {
  write([{ chat, title, sealed, time: Date.now() }, ...read().filter((one) => one.chat !== chat)]);
  try { sessionStorage.setItem(KEY, chat); } catch { /* then a reload begins anew */ }
}

const sealed = (chat) => read().find((one) => one.chat === chat)?.sealed ?? "";
const present = () => { try { return sealed(sessionStorage.getItem(KEY)); } catch { return ""; } };
const leave = () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing was kept */ } };

function drop(chat) {
  write(read().filter((one) => one.chat !== chat));
  fill();
}

function line(one) {
  const item = document.createElement("li");
  const open = press("resume", one.chat);
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = one.title;
  const time = document.createElement("span");
  time.className = "day";
  time.textContent = new Date(one.time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  open.append(name, time);
  const gone = press("drop", one.chat);
  gone.className = "tool";
  gone.setAttribute("aria-label", `Forget the chat: ${one.title}`);
  gone.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-remove"/></svg>';
  item.append(open, gone);
  return item;
}

function press(event, chat) {
  const button = document.createElement("button");
  button.type = "button";
  Object.assign(button.dataset, { event, chat });
  return button;
}

function fill() {
  const list = document.createElement("ul");
  list.append(...read().map(line));
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
  fill();
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

export const chats = { keep, sealed, present, leave, drop, toggle, close };
