// Words in the article that is open: how often they stand there, and each place in turn. The article itself is not changed.
import { $, calm } from "./dom.js";

let places = []; // one range a place, in the order of the text
let here = 0;

const field = () => $("#source .within input");

function open() {
  $("#source .within").hidden = false;
  field().focus();
  field().select();
}

function close() {
  const form = $("#source .within");
  if (!form || form.hidden) return false;
  form.hidden = true;
  field().value = "";
  search();
  $("#source [data-event='within']").focus({ preventScroll: true });
  return true;
}

function search() {
  const wanted = fold(field().value.trim().replace(/\s+/g, " "));
  places = wanted ? [...document.querySelectorAll("#source .paper > :is(h2, p:not(.kicker))")].flatMap((block) => placesIn(block, wanted)) : [];
  here = 0;
  paint();
}

function step(by) {
  if (!places.length) return;
  here = (here + by + places.length) % places.length;
  paint();
}

function paint() {
  $("#source .within output").textContent = places.length ? `${here + 1} of ${places.length}` : field().value.trim() ? "none" : "";
  if (window.CSS?.highlights) {
    CSS.highlights.set("found", new Highlight(...places));
    CSS.highlights.set("found-here", new Highlight(...places.slice(here, here + 1)));
  }
  if (!places.length) return;
  const panel = $("#source");
  const offset = places[here].getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight * .32;
  panel.scrollBy({ top: offset, behavior: calm.matches ? "auto" : "smooth" });
}

// The ranges of a text in a block, across the marks that stand in it.
function placesIn(block, wanted) {
  const nodes = [];
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const text = fold(nodes.map((node) => node.data).join(""));
  const found = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const range = new Range();
    range.setStart(...pointAt(nodes, at));
    range.setEnd(...pointAt(nodes, at + wanted.length));
    found.push(range);
  }
  return found;
}

function pointAt(nodes, offset) {
  for (const node of nodes) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  throw new RangeError("beyond the block");
}

// Without case and accents, one letter for each: offsets stay.
const fold = (text) => [...text].map(foldLetter).join("");

function foldLetter(letter) {
  if (/\s/.test(letter)) return " ";
  const bare = letter.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase();
  return bare.length === letter.length ? bare : letter;
}

function init() {
  document.addEventListener("input", (event) => { if (event.target.closest?.(".within")) search(); });
  document.addEventListener("submit", (event) => { if (event.target.matches(".within")) { event.preventDefault(); step(1); } });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey || !event.target.closest?.(".within")) return;
    event.preventDefault();
    step(-1);
  });
}

export const find = { init, open, close, step };
