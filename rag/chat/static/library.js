// The list of articles: adding files with progress, searching, ticking, removing, and the scope of the next question.
import { conversation } from "./conversation.js";
import { $, announce, drawnNow, put, tab } from "./dom.js";
import { chat, send } from "./events.js";

const KEY = "rag.scope";
const ADDRESS = /^https?:\/\/\S+$/i;
const kept = tab.get(KEY) ?? {};
const chosen = new Set(kept.articles); // ids of the ticked articles
let collection = kept.collection ?? ""; // name of the one that is asked; empty for all
let undated = kept.undated === true; // whether undated articles are asked although dates are given
let listed = 0; // number of the newest request for the list
let narrowed = 0;
let known = null; // the library as the last answer found it

const scope = () => ({ after: $("#after").value, before: $("#before").value, undated, collection, articles: [...chosen] });

function init() {
  if (chat.shared) readOnly();
  $("#files").addEventListener("change", (event) => { upload([...event.target.files]); event.target.value = ""; });
  $("#find").addEventListener("input", debounce(refresh, 150));
  for (const id of ["after", "before"]) {
    $(`#${id}`).value = chat.shared ? "" : kept[id] ?? "";
    $(`#${id}`).addEventListener("change", narrow);
  }
  $("#collection").addEventListener("change", (event) => { collection = event.target.value; narrow(); });
  document.addEventListener("change", (event) => {
    const id = event.target.dataset?.choose;
    if (id === undefined) return;
    event.target.checked ? chosen.add(id) : chosen.delete(id);
    narrow();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  if ($(".drop").hidden) return;
  document.addEventListener("submit", (event) => paste(event).catch(conversation.fail));
  $("#paste").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !ADDRESS.test(event.target.value.trim())) return; // a text has lines
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);
}

// Beside another user's chat nothing is added or asked: the list shows every article, and the tab's scope stays kept.
function readOnly() {
  $(".drop").hidden = true;
  chosen.clear();
  collection = "";
  undated = false;
}

function onDrag(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // else the browser would open the file in place of the page
  document.body.classList.toggle("dropping", event.type === "dragover" || (event.type === "dragleave" && event.relatedTarget !== null));
  if (event.type === "drop") upload([...event.dataTransfer.files]);
}

const debounce = (act, wait) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };

async function refresh() {
  const mine = ++listed;
  const html = await send("library", { ...scope(), query: $("#find").value });
  if (mine === listed) draw(html);
}

// The list may be drawn again between two presses of a control: focus and the question "Remove?" stay.
function draw(html) {
  const [inUse, asked] = [":focus", ".confirming"].map((state) => $(`.library ${state}`));
  put("library", html);
  $(".total").textContent = $(".library").dataset.count;
  offerCollections($(".library template").content);
  if (inUse) drawnNow(inUse, $(".library"))?.focus();
  const again = asked && drawnNow(asked, $(".library"));
  if (again) confirm(again);
}

// The collections to choose from; a chosen one that is gone stays until another is chosen.
function offerCollections(options) {
  const select = $("#collection");
  const offered = [...options.children];
  if (collection && !offered.some((option) => option.value === collection)) offered.unshift(new Option(collection, collection));
  select.replaceChildren(select.options[0], ...offered);
  select.value = collection;
  select.parentElement.hidden = !offered.length;
}

async function narrow() {
  if (!chat.shared) tab.set(KEY, scope());
  const mine = ++narrowed;
  const [html] = await Promise.all([send("scope", scope()), refresh()]);
  if (mine === narrowed) put("narrowed", html);
}

function clear() {
  chosen.clear();
  collection = "";
  undated = false;
  for (const id of ["after", "before"]) $(`#${id}`).value = "";
  $("#question").focus();
  return narrow();
}

function toggleUndated() {
  undated = !undated;
  return narrow();
}

function unfind() {
  $("#find").value = "";
  $("#find").focus();
  return refresh();
}

// After each answer: others may have added or removed articles since the list was drawn.
function settle(version) {
  if (version === "0") return;
  if (known !== null && version !== known) refresh().catch(conversation.fail);
  known = version;
}

async function upload(files) {
  if (!files.length) return;
  announce(files.length === 1 ? `Adding ${files[0].name}` : `Adding ${files.length} files`);
  const rows = files.map((file) => [file, addRow(file.name)]);
  for (const [file, item] of rows) await post(`name=${encodeURIComponent(file.name)}`, file, item); // one after the other: they are indexed one by one
  await refreshAll();
}

// A web address is fetched by the server; anything else is added as a text. What is refused comes back into the field.
async function paste(event) {
  if (!event.target.matches(".paste")) return;
  event.preventDefault();
  const field = $("#paste");
  const text = field.value.trim();
  if (!text) return field.focus();
  const isAddress = ADDRESS.test(text);
  const item = addRow(text.split("\n")[0].slice(0, 120));
  field.value = "";
  const added = await (isAddress ? post(`url=${encodeURIComponent(text)}`, "", item, "Fetching") : post("", text, item));
  if (!added && !field.value) field.value = text;
  await refreshAll();
}

async function refreshAll() {
  await refresh();
  if (!$("#conversation .turn")) await conversation.show();
}

function addRow(name) {
  const item = document.createElement("li");
  for (const kind of ["name", "state"]) item.append(Object.assign(document.createElement("span"), { className: kind }));
  $(".name", item).textContent = name;
  $(".state", item).textContent = "Waiting";
  item.append(Object.assign(document.createElement("progress"), { max: 1, value: 0 }));
  $("progress", item).setAttribute("aria-label", `Adding ${name}`);
  $(".sent").prepend(item);
  return item;
}

// Resolves to whether it was added.
function post(query, body, item, work = "Indexing") {
  const most = Number($("#files").dataset.largest);
  if (new Blob([body]).size > most) return Promise.resolve(finish({ detail: `is larger than ${(most / 1e6).toFixed(0)} MB; split it` }, item));
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch reports no progress of an upload
    const state = $(".state", item);
    request.upload.onprogress = (event) => { $("progress", item).value = event.loaded / event.total * .8; state.textContent = "Sending"; };
    request.upload.onload = () => { state.textContent = work; };
    request.onloadend = () => { resolve(finish(read(request), item)); };
    request.open("POST", `./v1/articles?always_ok=true&${query}`);
    request.send(body);
  });
}

function read({ status, responseText }) {
  let result = {};
  try { result = JSON.parse(responseText); } catch { /* not from the chat: the status says why */ }
  if ("article" in result || result.detail) return result;
  return { detail: status ? `was refused (${status})` : "could not be sent; the connection broke" };
}

function finish(result, item) {
  $("progress", item).remove();
  const added = "article" in result;
  item.classList.toggle("wrong", !added);
  $(".state", item).textContent = added ? (result.updated ? "Updated" : "Added") : `Not added: it ${result.detail}.`;
  announce(`${$(".name", item).textContent}: ${$(".state", item).textContent}`);
  if (added) setTimeout(() => item.remove(), 6000);
  return added;
}

async function remove(button) {
  const { article } = button.dataset;
  if (!button.classList.contains("confirming")) return confirm(button);
  if (chosen.delete(article)) await narrow();
  listed++;
  draw(await send("remove", { ...scope(), article, query: $("#find").value }));
  if (!$("#conversation .turn")) await conversation.show();
}

function confirm(button) {
  const icon = button.innerHTML;
  const reset = () => { button.classList.remove("confirming"); button.innerHTML = icon; };
  button.classList.add("confirming");
  button.textContent = "Remove?";
  button.addEventListener("blur", reset, { once: true });
  setTimeout(reset, 4000);
}

export const library = { init, scope, narrow, clear, toggleUndated, unfind, remove, settle };
