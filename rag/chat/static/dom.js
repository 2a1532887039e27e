// What several scripts of the page use: one element by its selector, the screen, and a line for screen readers.
export const $ = (selector, root = document) => root.querySelector(selector);
export const small = matchMedia("(max-width: 860px)");
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

let timer = null;

export function announce(message) {
  $("#status").textContent = message;
  clearTimeout(timer);
  timer = setTimeout(() => { $("#status").textContent = ""; }, 2600);
}
