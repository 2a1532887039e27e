// Requests to the server that outlive a broken connection: each is sent again once the server answers.
const PATIENCE = 3000; // ms of silence after which the connection is tried
const LONGEST = 30000; // ms after which a request is sent again: a laptop that slept holds a dead socket
const RETRY = [250, 500, 1000, 2000]; // ms between attempts; the last repeats
const GATEWAY = [502, 503, 504]; // what a proxy says when the server behind it is gone

const sent = new Set(); // abort controllers of the requests on their way
let recovering = null;
let isLost = false;
let wake = () => {};

export const connection = { call, onChange: () => {}, get lost() { return isLost; } };

class Unreachable extends Error {}

async function call(event, data, signal) {
  for (let attempt = 0; ; attempt++) {
    try { return await post(event, data, signal); } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (attempt) await pause(attempt);
      await recovered();
      signal?.throwIfAborted();
    }
  }
}

async function post(event, data, signal) {
  const request = new AbortController();
  const abort = () => request.abort();
  const timers = [setTimeout(tryConnection, PATIENCE), setTimeout(abort, LONGEST)];
  signal?.addEventListener("abort", abort);
  sent.add(request);
  try {
    const response = await fetch(`./gradio_api/run/page_${event}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ data: [data] }), signal: request.signal });
    return await read(response);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TypeError || error.name === "AbortError") throw new Unreachable();
    throw error;
  } finally {
    timers.forEach(clearTimeout);
    signal?.removeEventListener("abort", abort);
    sent.delete(request);
  }
}

async function read(response) {
  if (GATEWAY.includes(response.status)) throw new Unreachable();
  if (response.status === 401) { location.reload(); return new Promise(() => {}); } // the login ended; what is kept is asked after the next
  if (!response.ok) throw new Error(`The server said ${response.status}.`);
  return (await response.json()).data[0];
}

const recovered = () => recovering ??= recover().finally(() => { recovering = null; });

async function recover() {
  for (let attempt = 0; !(await isAlive()); attempt++) {
    change(true);
    await pause(attempt);
  }
  if (isLost) [...sent].forEach((request) => request.abort()); // sent into the broken connection; sent again
  change(false);
}

async function tryConnection() {
  if (!recovering && !(await isAlive())) recovered();
}

async function isAlive() {
  const probe = new AbortController();
  const timer = setTimeout(() => probe.abort(), PATIENCE);
  try { return (await fetch("./page/icon.svg", { method: "HEAD", cache: "no-store", signal: probe.signal })).ok; } catch { return false; } finally { clearTimeout(timer); }
}

function pause(attempt) {
  return new Promise((resolve) => { wake = resolve; setTimeout(resolve, RETRY[Math.min(attempt, RETRY.length - 1)]); });
}

function change(lost) {
  if (lost === isLost) return;
  isLost = lost;
  connection.onChange(lost);
}

addEventListener("offline", () => recovered());
addEventListener("online", () => wake());
