// The right column: which of its two views is shown, and on a phone the sheet that it becomes.
import { $, drawnNow, small } from "./dom.js";

let opener = null; // what had the focus before the sheet opened

function show(name, { open = true } = {}) {
  const right = $("#right");
  right.dataset.view = name;
  right.querySelectorAll("[data-view]").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.view === name)));
  if (!small.matches || !open || document.body.classList.contains("sheet")) return;
  opener = document.activeElement;
  document.body.classList.add("sheet");
  setDialog(true);
  $(".close").focus({ preventScroll: true });
}

function setDialog(open) {
  const right = $("#right");
  for (const [name, value] of [["role", "dialog"], ["aria-modal", "true"], ["aria-label", "Source and articles"]])
    if (open) right.setAttribute(name, value); else right.removeAttribute(name);
  $("#left").inert = open;
}

function close() {
  if (!document.body.classList.contains("sheet")) return false;
  document.body.classList.remove("sheet");
  setDialog(false);
  if (opener) drawnNow(opener)?.focus();
  return true;
}

export const sheet = { show, close };
