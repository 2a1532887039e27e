// The conversation and the source after each update: scrolling, the open citation, what the user had opened.
import { chatList } from "./chat_list.js";
import { SETTLING } from "./composer.js";
import { $, calm, small } from "./dom.js";
import { events, send } from "./events.js";

let settling = null;
let newest = 0; // number of the newest update
let requested = false; // whether a newer one was asked for
let last = 0; // turns on the page at the last update
let following = false; // until the user scrolls by hand
const opened = new Set(); // turns whose withheld sentences are open; an update would close them

function updateConversation() {
  const turns = $("#conversation .turns");
  if (isLate(turns)) return setTimeout(() => send("show"), SETTLING);
  const busy = turns?.getAttribute("aria-busy") === "true";
  clearTimeout(settling);
  if (busy) document.body.classList.add("busy");
  else settling = setTimeout(() => document.body.classList.remove("busy"), SETTLING);
  document.body.classList.toggle("empty", !$("#conversation .turn"));
  if (turns?.dataset.sealed) chatList.keep(turns.dataset);
  markOpenCitation();
  follow();
}

// A slow update can come after a newer one, which it then hides. Asked for again at most once in a row.
function isLate(turns) {
  const number = Number(turns?.dataset.drawing ?? 0);
  const older = number < newest && !requested;
  requested = older;
  if (!older) newest = number;
  return older;
}

function follow() {
  const turns = document.querySelectorAll("#conversation .turn");
  for (const turn of turns) if (opened.has(turn.dataset.turn)) $("details", turn)?.setAttribute("open", "");
  following ||= turns.length > last;
  last = turns.length;
  if (!turns.length || !following) return;
  $("#conversation").scrollTo({ top: turns[turns.length - 1].offsetTop, behavior: calm.matches ? "auto" : "smooth" });
  following = Boolean($("[aria-busy=true]")); // a like or a dislike later must not move the page
}

function updateSource() {
  const hit = $("#source mark.open") ?? $("#source h2");
  markOpenCitation();
  if (!hit) return;
  const source = $("#source");
  const offset = hit.getBoundingClientRect().top - source.getBoundingClientRect().top - source.clientHeight * .32;
  source.scrollBy({ top: hit.matches("mark") ? offset : -1e6, behavior: calm.matches ? "auto" : "smooth" });
  if (small.matches || document.activeElement?.closest("#source")) $("#source h2")?.focus({ preventScroll: true });
}

function markOpenCitation() {
  document.querySelectorAll(".mark.current").forEach((mark) => mark.classList.remove("current"));
  const { turn, number } = events.opened ?? {};
  if ($("#source .citations")) $(`#conversation .mark[data-turn="${turn}"][data-number="${number}"]`)?.classList.add("current");
}

function init() {
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
}

export const conversation = { init, update: updateConversation, updateSource };
