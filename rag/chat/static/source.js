// The source of a citation: it shows only evidence of an answer that stands on the page, and says of which.
import { $, block, calm, put, small, turnOf } from "./dom.js";
import { send } from "./events.js";
import { sheet } from "./sheet.js";

const EMPTY = '<div class="source empty"><p>Press a number in an answer, and the article opens at the sentence it quotes.</p></div>';
let text = ""; // the panel before it showed the page of a PDF
let asked = 0; // number of the newest request; an older one that comes late is dropped
const watching = new IntersectionObserver(([title]) => $("#source .citations")?.classList.toggle("past", !title.isIntersecting && title.boundingClientRect.top < $("#source").getBoundingClientRect().top + 1));

const opened = () => $("#source .source")?.dataset ?? {};

async function open(event, data) {
  sheet.show("source");
  const { turn, number } = opened();
  if (event === "cite" && turn === data.turn && number === data.number) { asked++; return quote(); }
  const mine = ++asked;
  const html = await send(event, data);
  if (mine !== asked) return;
  if (event === "pdf" && !$("#source figure.page")) text = block("source").innerHTML;
  draw(html);
}

function draw(html) {
  const inside = document.activeElement?.closest("#source");
  const pressed = inside && document.activeElement.ariaLabel;
  put("source", html);
  watching.disconnect();
  if ($("#source h2")) watching.observe($("#source h2"));
  settle();
  quote();
  const again = pressed && $(`#source button[aria-label="${pressed}"]:enabled`);
  if (again || small.matches || inside) (again || $("#source h2"))?.focus({ preventScroll: true });
}

function showText() {
  asked++;
  draw(text);
}

// Scrolls to the sentence that was quoted, or to the beginning of an article that was opened from the list.
function quote() {
  const hit = $("#source mark.open");
  const panel = $("#source");
  const offset = hit ? hit.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight * .32 : -1e6;
  panel.scrollBy({ top: offset, behavior: calm.matches ? "auto" : "smooth" });
}

const top = () => $("#source").scrollTo({ top: 0, behavior: calm.matches ? "auto" : "smooth" });

// After each change of the conversation or the panel: evidence of an answer that is gone goes, too.
function settle() {
  document.querySelectorAll(".mark.current").forEach((mark) => mark.classList.remove("current"));
  const { turn, number, quote } = opened();
  if (!turn) return;
  const owner = turnOf(turn);
  const mark = owner && $(`.mark[data-number="${number}"]`, owner);
  if (!owner || (number !== "0" && mark?.dataset.quote !== quote)) { put("source", EMPTY); return; }
  mark?.classList.add("current");
  const line = $("#source .belongs");
  if (line) line.hidden = owner === owner.parentElement.lastElementChild;
}

export const source = { open, showText, quote, top, settle };
