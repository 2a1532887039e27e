// Events of the page -> the server, through the block that Gradio listens to.
let bus = null;

export const events = {
  opened: null, // turn and number of the citation whose source is open; null for none
  connect: (block) => { bus = block; },
};

export function send(event, data = {}) {
  if (event === "cite") events.opened = data;
  else if (event === "nearest" || event === "article") events.opened = null;
  bus?.trigger(event, data);
}
