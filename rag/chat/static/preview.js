// The box over a citation's number: the sentence it quotes, with title and date of the article.
let box = null;

function show(mark) {
  hide();
  box = document.createElement("div");
  box.id = "preview";
  for (const [kind, words] of [["heading", mark.dataset.heading], ["day", mark.dataset.day], ["quote", mark.dataset.quote]]) {
    const line = document.createElement("span");
    line.className = kind;
    line.textContent = kind === "quote" ? `“${words}”` : words; // text, never markup
    box.append(line);
  }
  document.body.append(box);
  const at = mark.getBoundingClientRect();
  const below = at.bottom + box.offsetHeight + 12 < innerHeight;
  box.style.left = `${Math.max(16, Math.min(at.left - 24, innerWidth - box.offsetWidth - 16))}px`;
  box.style.top = `${below ? at.bottom + 8 : at.top - box.offsetHeight - 8}px`;
}

function hide() {
  box?.remove();
  const shown = box !== null;
  box = null;
  return shown;
}

function init() {
  const over = (event) => {
    const mark = event.target.closest?.(".mark");
    if (!mark) hide(); // an answer that was drawn again took its mark away without a mouseout
    else if (matchMedia("(hover: hover)").matches) show(mark);
  };
  document.addEventListener("mouseover", over);
  document.addEventListener("focusin", (event) => event.target.matches?.(".mark:focus-visible") && show(event.target));
  document.addEventListener("mouseout", (event) => event.target.closest?.(".mark") && hide());
  document.addEventListener("focusout", hide);
  document.addEventListener("click", hide);
  document.addEventListener("scroll", hide, true);
}

export const preview = { init, hide };
