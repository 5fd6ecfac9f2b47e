const [form, waiting] = [find("form"), find("output")];

navigator.serviceWorker.addEventListener("message", ({ data }) => {
  waiting.textContent = String((data as { readonly waiting: number }).waiting);
});
await navigator.serviceWorker.register("/service-worker.js", { type: "module" });
const { active } = await navigator.serviceWorker.ready;

// What an earlier visit has left is sent now, and what can't be sent now when the browser is back online.
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none to name
const deliver = (): void => active?.postMessage("deliver");
deliver();
addEventListener("online", deliver);
// A browser may say so before the network is there.
setInterval(() => {
  if (navigator.onLine && waiting.textContent !== "0") deliver();
}, 30_000);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const [note, text] = [data.get("note"), data.get("text")];
  void fetch(`/api/notes/${String(note)}`, { method: "PUT", body: String(text) });
});
form.hidden = false;

function find<Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] {
  const element = document.querySelector(name);
  if (element === null) throw new Error(`The page has no <${name}>`);
  return element;
}
