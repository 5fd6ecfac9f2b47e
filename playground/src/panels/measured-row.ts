import { Reader } from "../measured/reader.ts";
import type { Reading } from "../measured/reading.ts";
import { summaryOf } from "../measured/summary.ts";
import { make, say } from "../page/element.ts";
import { fromText } from "../settings/measured.ts";
import type { Settings } from "../settings/settings.ts";

/** ms without another key after which what stands there is meant. */
const TYPED = 600;

/** Takes in measured latencies: pasted, from a file, or dropped anywhere on the page. */
export class MeasuredRow {
  readonly row: HTMLElement;
  readonly #text: HTMLTextAreaElement;
  readonly #said: HTMLElement = make("p", { className: "measured-said", id: "measured-said", role: "status" });
  readonly #remove = make("button", { type: "button", id: "measured-remove", hidden: true }, "Remove");
  readonly #reader = new Reader();
  readonly #change: (value: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** How often something was to be read, or what was is not wanted any more. */
  #asked = 0;
  /** What was read last: its words belong to its value. */
  #reading: Reading | undefined;
  #settings: Settings | undefined;

  /** @param change Takes the setting's value; empty: nothing was measured. */
  constructor(id: string, label: HTMLLabelElement, change: (value: string) => void) {
    this.#change = change;
    this.#text = make("textarea", {
      id,
      rows: 2,
      placeholder: "120, 85ms, 1.2 s …",
      autocomplete: "off",
      spellcheck: false,
    });
    this.#text.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#readText(), TYPED);
    });
    this.#text.addEventListener("change", () => {
      if (this.#timer !== undefined) this.#readText();
    });
    const file = make("input", { type: "file", id: "measured-file", accept: ".har,.json,.txt,.csv", hidden: true });
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      if (chosen !== undefined) void this.#read(chosen);
      file.value = ""; // or the same file could not be chosen again
    });
    const open = make("button", { type: "button", id: "measured-open" }, "Open a HAR…");
    open.addEventListener("click", () => file.click());
    this.#remove.addEventListener("click", () => {
      this.#reading = undefined;
      this.#text.value = "";
      this.#change("");
      this.#text.focus(); // the button goes
    });
    const buttons = make("div", { className: "transport" }, open, file, this.#remove);
    this.row = make("div", { className: "row measured" }, label, this.#text, buttons, this.#said);
    this.#acceptDrops();
  }

  /** Shows the setting. */
  show(settings: Settings): void {
    const { measured } = settings;
    this.#settings = settings;
    if (this.#reading?.isRead === true && this.#reading.value !== measured) {
      // Other settings have come: what was pasted for those before goes with them.
      this.#reading = undefined;
      this.#text.value = "";
    }
    this.#remove.hidden = measured === "";
    const known = fromText(measured);
    const summary = known === undefined ? "" : `${summaryOf(known)}.`;
    const words = this.#reading?.words ?? "";
    const isWrong = this.#reading?.isRead === false;
    this.#said.classList.toggle("wrong", isWrong);
    say(
      this.#said,
      isWrong ? `${words}${summary === "" ? "" : ` In force: ${summary}`}` : `${summary} ${words}`.trim(),
    );
  }

  #readText(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text.value.trim() !== "") void this.#read(this.#text.value);
  }

  /** Other settings have come: what is being typed, or read, is not meant for them. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked++;
  }

  async #read(given: File | string): Promise<void> {
    const asked = ++this.#asked;
    say(this.#said, "Reading…");
    const reading = await this.#reader.read(given);
    if (asked !== this.#asked) return;
    this.#reading = reading;
    // Times may be pasted and changed again. Of a HAR nothing stays, not even here.
    const isHar = typeof given !== "string" || given.trimStart().startsWith("{");
    if (isHar && reading.isRead) this.#text.value = "";
    if (reading.isRead) this.#change(reading.value);
    else if (this.#settings !== undefined) this.show(this.#settings);
  }

  /** A file dropped beside would take the place of the page. */
  #acceptDrops(): void {
    addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      this.row.classList.add("over");
    });
    addEventListener("dragleave", ({ relatedTarget }) => {
      if (relatedTarget === null) this.row.classList.remove("over");
    });
    addEventListener("drop", (event) => {
      this.row.classList.remove("over");
      const [dropped] = event.dataTransfer?.files ?? [];
      if (dropped === undefined) return;
      event.preventDefault();
      this.row.closest("details")?.setAttribute("open", "");
      this.row.scrollIntoView({ block: "nearest" });
      void this.#read(dropped);
    });
  }
}
