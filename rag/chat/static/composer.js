// The question being written: asking it, and editing an earlier one.
import { $, announce, small } from "./dom.js";
import { send } from "./events.js";

export const SETTLING = 80; // ms after an update in which Gradio still drops the event that asked for it
let editing = null; // the turn whose question is being edited

function ask(question, turn = editing) {
  const text = question.trim();
  if (!text || document.body.classList.contains("busy")) return;
  document.body.classList.add("busy");
  cancelEdit();
  send("ask", turn === null ? { text } : { text, turn });
}

function stop() {
  send("stop");
  setTimeout(giveUp, 2500);
}

// A stopped answer ends at once; when it does not, the server is gone.
function giveUp() {
  if (!document.body.classList.contains("busy")) return;
  document.body.classList.remove("busy");
  announce("The server does not answer. Is it still running?");
}

function edit(turn, question) {
  editing = turn;
  $(".editing").hidden = false;
  fill(question);
  $("#question").focus();
}

function cancelEdit() {
  editing = null;
  $(".editing").hidden = true;
}

function fill(question) {
  $("#question").value = question;
  resize();
}

function resize() {
  const box = $("#question");
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function submit(form) {
  const box = $("#question");
  const settling = document.body.classList.contains("busy") && !$("[aria-busy=true]");
  if (settling) setTimeout(() => form.requestSubmit(), SETTLING + 10);
  if (document.body.classList.contains("busy") || !box.value.trim()) return;
  ask(box.value);
  fill("");
}

function init(element) {
  const form = $("form", element);
  const box = $("#question");
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(form); });
  box.addEventListener("input", resize);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  if (!small.matches) box.focus({ preventScroll: true });
}

export const composer = { init, ask, stop, edit, cancelEdit, fill };
