/** Where there is `setImmediate`, platforms read bodies by promises alone, or in turns that it comes after. */
const readsElsewhere = typeof (globalThis as { setImmediate?: unknown }).setImmediate !== "function";

/**
 * Lets the body of a response be read by promises alone, where the platform would do it elsewhere: Firefox reads on other
 * threads, a body that is null too, and no turn of the event loop tells when they are done. A clone of it is read by the platform.
 */
export function readByPromises(response: Response): Response {
  if (!readsElsewhere) return response;
  const type = response.headers.get("content-type") ?? "";
  const bytes = (): Promise<Uint8Array<ArrayBuffer>> => bytesOf(response);
  const text = async (): Promise<string> => new TextDecoder().decode(await bytes());
  const methods = {
    bytes,
    text,
    arrayBuffer: async (): Promise<ArrayBuffer> => (await bytes()).buffer,
    json: async (): Promise<unknown> => JSON.parse(await text()) as unknown,
    blob: async (): Promise<Blob> => new Blob([await bytes()], { type }),
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(response, name, { value, configurable: true, writable: true });
  }
  return response;
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = response;
  if (body === null) return new Uint8Array();
  if (response.bodyUsed) throw new TypeError("The body has been read already");
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (value !== undefined) chunks.push(value);
  }
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
