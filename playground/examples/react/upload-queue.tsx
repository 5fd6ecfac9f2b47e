import { Client, type DispatchCloser } from "httppool";
import { retry } from "httppool/retry";
import { type ChangeEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { upload } from "./upload.ts";

// A chunk is tried again: a PUT of the same bytes to the same place changes nothing.
const client = new Client({ workers: 2, retry: retry({ limit: 5 }) });

/** A file in the queue. */
interface Entry {
  readonly id: string;
  readonly file: File;
  /** What the server has of it, in bytes. */
  readonly sent: number;
  readonly state: "sending" | "sent" | "cancelled" | "failed";
  cancel(): void;
}

/** Uploads files, two requests at once, with the progress of each, to be cancelled and resumed. */
export function UploadQueue({ url }: { readonly url: string }): ReactElement {
  const pool = useRef<DispatchCloser>(null);
  const [entries, setEntries] = useState<readonly Entry[]>([]);

  useEffect(() => {
    const started = client.start();
    pool.current = started;
    return () => void started.abort();
  }, []);

  const change = (id: string, what: Partial<Entry>): void => {
    setEntries((all) => all.map((entry) => (entry.id === id ? { ...entry, ...what } : entry)));
  };

  const send = async (id: string, file: File, from: number, controller: AbortController): Promise<void> => {
    if (pool.current === null) return;
    const { signal } = controller;
    try {
      await upload(pool.current, `${url}/${id}`, file, { from, signal, onProgress: (sent) => change(id, { sent }) });
      change(id, { state: "sent" });
    } catch {
      change(id, { state: signal.aborted ? "cancelled" : "failed" });
    }
  };

  const add = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    for (const file of target.files ?? []) {
      const id = crypto.randomUUID();
      const controller = new AbortController();
      setEntries((all) => [...all, { id, file, sent: 0, state: "sending", cancel: () => controller.abort() }]);
      void send(id, file, 0, controller);
    }
    target.value = "";
  };

  const resume = ({ id, file, sent }: Entry): void => {
    const controller = new AbortController();
    change(id, { state: "sending", cancel: () => controller.abort() });
    void send(id, file, sent, controller);
  };

  return (
    <section>
      <input type="file" multiple aria-label="Files" onChange={add} />
      <ul>
        {entries.map((entry) => (
          <li key={entry.id} aria-label={entry.file.name}>
            {entry.file.name} <progress max={Math.max(1, entry.file.size)} value={entry.sent} />{" "}
            <output>{entry.state}</output> {entry.state === "sending" && <button onClick={entry.cancel}>Cancel</button>}
            {(entry.state === "cancelled" || entry.state === "failed") && (
              <button onClick={() => resume(entry)}>Resume</button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
