// The articles: adding files with progress, finding, ticking, removing.
const $ = (selector, root = document) => root.querySelector(selector);
const chosen = new Set();
let page = null;

function begin(element, hands) {
  page = hands;
  $("#files").addEventListener("change", (event) => { send([...event.target.files]); event.target.value = ""; });
  $("#find").addEventListener("input", later(refresh, 150));
  for (const id of ["after", "before"]) $(`#${id}`).addEventListener("change", narrow);
  document.addEventListener("change", (event) => {
    const id = event.target.dataset?.choose;
    if (id === undefined) return;
    event.target.checked ? chosen.add(id) : chosen.delete(id);
    narrow();
  });
  const drop = $(".drop");
  if (drop.hidden) return;
  for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => hover(event, drop));
}

function hover(event, drop) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // else the browser would open the file in place of the page
  if (event.type === "dragover") page.view("articles");
  drop.classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") send([...event.dataTransfer.files]);
}

const later = (act, wait) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };
const refresh = () => page.tell("library", { query: $("#find").value });
const narrow = () => page.tell("scope", { after: $("#after").value, before: $("#before").value, articles: [...chosen] });

function clear() {
  chosen.clear();
  for (const id of ["after", "before"]) $(`#${id}`).value = "";
  narrow();
  drawn();
  $("#question").focus();
}

function drawn() {
  document.querySelectorAll("[data-choose]").forEach((box) => { box.checked = chosen.has(box.dataset.choose); });
}

async function send(files) {
  const rows = files.map((file) => [file, row(file)]);
  for (const [file, item] of rows) await put(file, item); // one after the other: they are indexed one by one
  refresh();
  if (!$("#conversation .turn")) page.tell("show");
}

function row(file) {
  const item = document.createElement("li");
  for (const kind of ["name", "state"]) item.append(Object.assign(document.createElement("span"), { className: kind }));
  $(".name", item).textContent = file.name;
  $(".state", item).textContent = "Waiting";
  item.append(Object.assign(document.createElement("progress"), { max: 1, value: 0 }));
  $("progress", item).setAttribute("aria-label", `Adding ${file.name}`);
  $(".sent").prepend(item);
  return item;
}

function put(file, item) {
  return new Promise((done) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how far an upload is
    const state = $(".state", item);
    request.upload.onprogress = (event) => { $("progress", item).value = event.loaded / event.total * .8; state.textContent = "Sending"; };
    request.upload.onload = () => { state.textContent = "Indexing"; };
    request.onloadend = () => { settle(request, item); done(); };
    request.open("POST", `./v1/articles?told=true&name=${encodeURIComponent(file.name)}`);
    request.send(file);
  });
}

function settle(request, item) {
  $("progress", item).remove();
  let result = { detail: request.status ? `was refused (${request.status})` : "could not be sent; the connection broke" };
  try { result = JSON.parse(request.responseText); } catch { /* not ours: the status tells */ }
  const good = "article" in result;
  item.classList.toggle("wrong", !good);
  $(".state", item).textContent = good ? (result.updated ? "Updated" : "Added") : `Not added: it ${result.detail}.`;
  if (good) setTimeout(() => item.remove(), 6000);
}

function remove(button, act) {
  if (button.classList.contains("sure")) { chosen.delete(button.dataset.article); act(); return; }
  const icon = button.innerHTML;
  const calm = () => { button.classList.remove("sure"); button.innerHTML = icon; };
  button.classList.add("sure");
  button.textContent = "Remove?";
  button.addEventListener("blur", calm, { once: true });
  setTimeout(calm, 4000);
}

export const shelf = { begin, clear, drawn, remove };
