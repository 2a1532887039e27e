// Events of the page -> the server, each with the chat that the page shows, which a restarted server opens again.
import { chatList } from "./chat_list.js";
import { connection } from "./connection.js";
import { $, newId, tab } from "./dom.js";

const KEY = "rag.chat";
const ALL = 1e6; // more turns than any chat has: the server opens the signed chat unless its own is newer

export const chat = {
  id: tab.get(KEY) ?? "",
  restarted: false, // whether the next drawing is of a server that did not know the chat
  shared: false, // whether the chat is another user's, to be read only
  open,
  openShared,
};

function open(id = newId()) {
  chat.id = id;
  tab.set(KEY, id);
}

// A chat of another user, whose link was followed; the tab's own chat stays kept for later.
function openShared() {
  const token = new URLSearchParams(location.search).get("shared");
  chat.shared = token !== null;
  if (chat.shared) chat.id = `shared-${token.replace(/[^\w-]/g, "").slice(0, 40) || "-"}`;
}

// The value that the server answers with; the promise waits as long as the connection is broken.
export async function send(event, data = {}, { signal } = {}) {
  const message = { chat: chat.id, turns: finished(), ...data };
  let reply = await connection.call(event, message, signal);
  if (reply.forgotten) {
    reply = await connection.call(event, { ...message, sealed: chatList.sealed(message.chat) }, signal);
    chat.restarted = true;
  }
  return reply.value;
}

// As `send`, for a chat that is not on the page yet.
export function sendSealed(event, data = {}) {
  return send(event, { turns: ALL, sealed: chatList.sealed(chat.id), ...data });
}

function finished() {
  const turns = $("#conversation .turns");
  return turns?.dataset.chat === chat.id ? turns.querySelectorAll(".turn:not(.asking)").length : 0;
}
