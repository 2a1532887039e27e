// The list of articles: adding files with progress, searching, ticking, removing.
import { $ } from "./dom.js";
import { send } from "./events.js";
import { sheet } from "./sheet.js";

const chosen = new Set(); // ids of the ticked articles

function init() {
  $("#files").addEventListener("change", (event) => { upload([...event.target.files]); event.target.value = ""; });
  $("#find").addEventListener("input", debounce(refresh, 150));
  for (const id of ["after", "before"]) $(`#${id}`).addEventListener("change", narrow);
  document.addEventListener("change", (event) => {
    const id = event.target.dataset?.choose;
    if (id === undefined) return;
    event.target.checked ? chosen.add(id) : chosen.delete(id);
    narrow();
  });
  const drop = $(".drop");
  if (drop.hidden) return;
  for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => onDrag(event, drop));
}

function onDrag(event, drop) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // else the browser would open the file in place of the page
  if (event.type === "dragover") sheet.show("articles");
  drop.classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") upload([...event.dataTransfer.files]);
}

const debounce = (act, wait) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };
const refresh = () => send("library", { query: $("#find").value });
const narrow = () => send("scope", { after: $("#after").value, before: $("#before").value, articles: [...chosen] });

function clear() {
  chosen.clear();
  for (const id of ["after", "before"]) $(`#${id}`).value = "";
  narrow();
  update();
  $("#question").focus();
}

function update() {
  document.querySelectorAll("[data-choose]").forEach((box) => { box.checked = chosen.has(box.dataset.choose); });
}

async function upload(files) {
  const rows = files.map((file) => [file, addRow(file)]);
  for (const [file, item] of rows) await post(file, item); // one after the other: they are indexed one by one
  refresh();
  if (!$("#conversation .turn")) send("show");
}

function addRow(file) {
  const item = document.createElement("li");
  for (const kind of ["name", "state"]) item.append(Object.assign(document.createElement("span"), { className: kind }));
  $(".name", item).textContent = file.name;
  $(".state", item).textContent = "Waiting";
  item.append(Object.assign(document.createElement("progress"), { max: 1, value: 0 }));
  $("progress", item).setAttribute("aria-label", `Adding ${file.name}`);
  $(".sent").prepend(item);
  return item;
}

function post(file, item) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch reports no progress of an upload
    const state = $(".state", item);
    request.upload.onprogress = (event) => { $("progress", item).value = event.loaded / event.total * .8; state.textContent = "Sending"; };
    request.upload.onload = () => { state.textContent = "Indexing"; };
    request.onloadend = () => { finish(request, item); resolve(); };
    request.open("POST", `./v1/articles?told=true&name=${encodeURIComponent(file.name)}`);
    request.send(file);
  });
}

function finish(request, item) {
  $("progress", item).remove();
  let result = { detail: request.status ? `was refused (${request.status})` : "could not be sent; the connection broke" };
  try { result = JSON.parse(request.responseText); } catch { /* not from the chat: the status says why */ }
  const added = "article" in result;
  item.classList.toggle("wrong", !added);
  $(".state", item).textContent = added ? (result.updated ? "Updated" : "Added") : `Not added: it ${result.detail}.`;
  if (added) setTimeout(() => item.remove(), 6000);
}

function remove(button, act) {
  if (button.classList.contains("confirming")) { chosen.delete(button.dataset.article); act(); return; }
  const icon = button.innerHTML;
  const reset = () => { button.classList.remove("confirming"); button.innerHTML = icon; };
  button.classList.add("confirming");
  button.textContent = "Remove?";
  button.addEventListener("blur", reset, { once: true });
  setTimeout(reset, 4000);
}

export const library = { init, clear, update, remove };
