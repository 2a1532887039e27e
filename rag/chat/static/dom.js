// What several scripts of the page use: elements, the screen, what the tab keeps, and a line for screen readers.
export const $ = (selector, root = document) => root.querySelector(selector);
export const small = matchMedia("(max-width: 860px)");
export const calm = matchMedia("(prefers-reduced-motion: reduce)");
export const block = (name) => $(`[data-block="${name}"]`);
export const put = (name, html) => { block(name).innerHTML = html; }; // made by the server's templates, which escape every value
export const turnOf = (id) => $(`#conversation .turn[data-turn="${CSS.escape(id)}"]`);

// Under which name this browser keeps what is a user's: who logs in next sees nothing of it.
const keeper = document.cookie.match(/(?:^|; )rag_keeper=(\w+)/)?.[1];
export const owned = (key) => keeper ? `${key}.${keeper}` : key;

// What a tab keeps across a reload; a private window may keep nothing.
export const tab = {
  get(key) { try { return JSON.parse(sessionStorage.getItem(owned(key))); } catch { return null; } },
  set(key, value) {
    try { if (value === null) sessionStorage.removeItem(owned(key)); else sessionStorage.setItem(owned(key), JSON.stringify(value)); } catch { /* then a reload forgets it */ }
  },
};

export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let timer = null;

export function announce(message) {
  $("#status").textContent = message;
  clearTimeout(timer);
  timer = setTimeout(() => { $("#status").textContent = ""; }, 2600);
}

// A turn or a list may be drawn again while one of its controls is in use: the control that stands for it now.
export function drawnNow(control, root = $("#conversation")) {
  const data = JSON.stringify(control.dataset);
  return control.isConnected ? control : [...root.querySelectorAll(control.localName)].find((one) => JSON.stringify(one.dataset) === data);
}
