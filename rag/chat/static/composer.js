// The question being written: it stays in the box until the server has it, and is kept until it is answered.
import { chatList } from "./chat_list.js";
import { connection } from "./connection.js";
import { conversation } from "./conversation.js";
import { $, newId, small, tab, turnOf } from "./dom.js";
import { chat, send, sendSealed } from "./events.js";
import { library } from "./library.js";

const PENDING = "rag.pending";
const DRAFT = "rag.draft";
let editing = null; // id of the turn whose question is being edited
let pending = null; // the question that is not answered yet
let arrived = false; // whether the server has it
let sending = null; // ends its request
let earlier = null; // the signed chat before an answer was replaced

function ask(question, { replaced = editing ?? "", alone = false } = {}) {
  const text = question.trim();
  if (!text || document.body.classList.contains("busy") || isTooLong(text)) return null;
  offerUndo(null);
  earlier = replaced ? chatList.sealed(chat.id) : null;
  cancelEdit();
  pending = { ...library.scope(), chat: chat.id, turn: newId(), text, replaced, alone };
  tab.set(PENDING, pending);
  return deliver();
}

async function deliver() {
  const mine = pending;
  arrived = false;
  sending = new AbortController();
  document.body.classList.add("busy");
  update();
  try {
    const html = await (mine.again ? sendSealed : send)("ask", mine, { signal: sending.signal });
    if (pending !== mine) return;
    arrived = true;
    if ($("#question").value.trim() === mine.text) fill("");
    conversation.draw(html);
  } catch (error) {
    if (pending !== mine) return;
    giveBack();
    throw error;
  }
}

// After each drawing: what was answered is no longer pending.
function settle(busy) {
  const turn = pending && turnOf(pending.turn);
  if (turn && !turn.classList.contains("asking")) { forget(); offerUndo(earlier); }
  document.body.classList.toggle("busy", busy || pending !== null);
  $(".full").hidden = $("#conversation .turns").dataset.full !== "true";
  update();
}

// A server that restarted has forgotten the question that it was answering.
async function askForgotten() {
  if (pending && arrived && !turnOf(pending.turn)) await deliver();
}

// After a reload: the question that was not answered yet, else the chat as it is.
function resume() {
  fill(tab.get(DRAFT) ?? "");
  const kept = tab.get(PENDING);
  if (kept?.chat !== chat.id) { tab.set(PENDING, null); return conversation.show({ turns: 1e6, sealed: chatList.sealed(chat.id) }); }
  pending = { ...kept, again: true };
  return deliver();
}

function forget() {
  pending = null;
  tab.set(PENDING, null);
}

// The question that was not asked, back in the box, unless other words stand there by now.
function giveBack() {
  const { text } = pending;
  forget();
  if (!$("#question").value.trim()) fill(text);
  document.body.classList.remove("busy");
  update();
}

async function stop() {
  if (pending && !arrived) { sending.abort(); giveBack(); return; }
  conversation.draw(await send("stop"));
}

// What the reader is told while there is no connection.
function update() {
  const line = $(".offline");
  if (!line) return;
  line.hidden = !connection.lost;
  if (pending && !arrived && connection.lost && !$("#question").value.trim()) fill(pending.text);
  const what = pending && !arrived ? "Your question is kept, and asked once the connection is back." : pending ? "The answer comes once the connection is back." : "What you see stays; trying again.";
  const said = connection.lost ? `No connection. ${what}` : "";
  if (line.textContent !== said) line.textContent = said;
}

function offerUndo(sealed) {
  earlier = sealed;
  $(".undo").hidden = !sealed;
}

async function undo() {
  const sealed = earlier;
  offerUndo(null);
  conversation.draw(await send("restore", { earlier: sealed }));
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

function leave() {
  if (pending && !arrived) sending.abort();
  cancelEdit();
  offerUndo(null);
  forget();
  document.body.classList.remove("busy");
}

function fill(question) {
  $("#question").value = question;
  change();
}

function change() {
  const box = $("#question");
  tab.set(DRAFT, box.value || null);
  isTooLong(box.value.trim());
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function isTooLong(text) {
  const most = Number($(".composer").dataset.longest);
  const over = text.length - most;
  $(".long").hidden = over <= 0;
  if (over > 0) $(".long").textContent = `A question has at most ${most.toLocaleString("en")} characters. Shorten it by ${over.toLocaleString("en")}.`;
  return over > 0;
}

function init() {
  const form = $("form.composer");
  const box = $("#question");
  connection.onChange = update;
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(box.value)?.catch(conversation.fail); });
  box.addEventListener("input", change);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  if (!small.matches) box.focus({ preventScroll: true });
}

export const composer = { init, ask, askForgotten, settle, resume, stop, edit, cancelEdit, undo, leave, fill };
