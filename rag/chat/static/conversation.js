// The conversation: each turn is drawn again only when it changed, and an answer is followed until it is whole.
import { chatList } from "./chat_list.js";
import { composer } from "./composer.js";
import { $, announce, block, calm, drawnNow, turnOf } from "./dom.js";
import { chat, send } from "./events.js";
import { library } from "./library.js";
import { source } from "./source.js";

const drawn = new WeakMap(); // turn -> its HTML as the server sent it
const suggestedFor = new Set(); // ids of the turns for which suggestions were asked
const seen = new Set(); // ids of the turns that were on the page
let newest = 0; // number of the newest drawing
let loop = 0; // number of the loop that follows an answer
let target = null; // id of the turn that came last
let following = false; // until the user scrolls by hand

function draw(html) {
  const sent = document.createElement("template");
  sent.innerHTML = html;
  const turns = $(".turns", sent.content);
  if (turns.dataset.chat !== chat.id) return; // of a chat that was left
  const same = $("#conversation .turns")?.dataset.chat === chat.id;
  if (chat.restarted) { newest = 0; chat.restarted = false; } // its clock may have been set back
  if (same && Number(turns.dataset.drawing) < newest) return; // it was overtaken
  newest = Number(turns.dataset.drawing);
  for (const turn of turns.children) drawn.set(turn, turn.outerHTML);
  if (same && !$("#conversation .welcome") && turns.children.length) merge($("#conversation .turns"), turns);
  else block("conversation").replaceChildren(sent.content);
  settle($("#conversation .turns"));
  if ($(".to-begin:empty")) suggest().catch(fail);
}

// What to ask next, below the last answer: found once the answer stands there, so that nobody waits for it.
async function suggestNext(turn) {
  if (chat.shared || !turn?.classList.contains("answered") || $(".instead", turn) || suggestedFor.has(turn.dataset.turn)) return;
  suggestedFor.add(turn.dataset.turn);
  draw(await send("suggest", { turn: turn.dataset.turn }));
}

// The example questions, which the server may have to find first.
async function suggest() {
  const html = await send("examples");
  const place = $(".to-begin");
  if (place) place.innerHTML = html;
}

function merge(old, fresh) {
  const held = new Map([...old.children].map((turn) => [turn.dataset.turn, turn]));
  for (const name of fresh.getAttributeNames()) old.setAttribute(name, fresh.getAttribute(name));
  const turns = [...fresh.children];
  const ids = new Set(turns.map((turn) => turn.dataset.turn));
  for (const [id, turn] of held) if (!ids.has(id)) turn.remove();
  turns.forEach((turn, at) => {
    const before = held.get(turn.dataset.turn);
    if (!before) old.insertBefore(turn, old.children[at] ?? null);
    else if (drawn.get(before) !== drawn.get(turn)) replace(before, turn);
  });
}

// The turn in place of the one before, with what was open, what was typed into it, and what had the focus.
function replace(before, turn) {
  if ($("details", before)?.open) $("details", turn)?.setAttribute("open", "");
  const [typed, field] = [before, turn].map((one) => $(".why input", one));
  if (typed && field) field.value = typed.value;
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(turn);
  if (focused) drawnNow(focused, turn)?.focus({ preventScroll: true });
}

function settle(turns) {
  const busy = turns.getAttribute("aria-busy") === "true";
  if (turns.dataset.sealed) chatList.keep(turns.dataset);
  composer.settle(busy);
  document.body.classList.toggle("empty", !turns.children.length);
  $("#to-settings").hidden = turns.dataset.operator !== "true";
  source.settle();
  library.settle(turns.dataset.library);
  scroll(turns, busy);
  if (busy && !loop) follow().catch(fail);
  if (!busy) suggestNext(turns.lastElementChild).catch(fail);
}

// Asks for what comes until the answer is whole; what the server forgot is asked again.
async function follow() {
  const mine = loop = Date.now();
  try {
    while (mine === loop && $("#conversation .turns").getAttribute("aria-busy") === "true") {
      draw(await send("follow", { drawing: newest }));
      if (mine === loop) await composer.askForgotten();
    }
  } finally { if (mine === loop) loop = 0; }
}

function scroll(turns, busy) {
  const fresh = [...turns.children].filter((turn) => !seen.has(turn.dataset.turn));
  fresh.forEach((turn) => seen.add(turn.dataset.turn));
  if (fresh.length && !chat.shared) { target = fresh.at(-1).dataset.turn; following = true; }
  const turn = target && turnOf(target);
  if (!turn || !following) return;
  $("#conversation").scrollTo({ top: turn.offsetTop, behavior: calm.matches ? "auto" : "smooth" });
  following = busy; // a like or a dislike later must not move the page
}

async function show(data) {
  loop = 0;
  following = false;
  draw(await send("show", data));
}

function fail(error) {
  console.warn(error);
  announce("Something went wrong on the server. Try it again.");
}

function init() {
  for (const name of ["wheel", "touchmove"])
    document.addEventListener(name, (event) => { if (event.target.closest?.("#conversation")) following = false; }, { passive: true });
}

export const conversation = { init, draw, show, fail };
