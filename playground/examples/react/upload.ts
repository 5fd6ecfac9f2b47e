import { type Dispatcher, requestTask } from "httppool";

/** Bytes of a request. */
const CHUNK = 256 * 1024;

/** How a file is uploaded. */
export interface UploadOptions {
  /** What the server has of it already, in bytes. */
  readonly from: number;
  readonly signal: AbortSignal;
  /** Hears what the server has, in bytes. */
  readonly onProgress: (sent: number) => void;
}

/**
 * Uploads a file chunk by chunk, a task each. No browser tells how much of a request's body it has sent, so the progress is
 * what the server has acknowledged; what it has need not be sent again; and several files take turns.
 *
 * @throws {Error} The server refused a chunk. @throws What `pool.run` throws.
 */
export async function upload(
  pool: Dispatcher,
  url: string,
  file: File,
  { from, signal, onProgress }: UploadOptions,
): Promise<void> {
  let sent = from;
  do {
    const body = file.slice(sent, sent + CHUNK);
    const range = body.size === 0 ? "*" : `${sent}-${sent + body.size - 1}`;
    const headers = { "content-range": `bytes ${range}/${file.size}` };
    await pool.run(requestTask(url, { method: "PUT", headers, body }, expectOk), { signal });
    sent += body.size;
    onProgress(sent);
  } while (sent < file.size);
}

function expectOk({ ok, status }: Response): void {
  if (!ok) throw new Error(`The server said ${status}`);
}
