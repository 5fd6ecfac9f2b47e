/**
 * Why a real request failed, in words. Browsers don't tell pages why, so this asks the server once more, without wanting
 * to read the answer.
 */
export async function diagnose(url: string): Promise<string> {
  const target = URL.parse(url, document.baseURI);
  if (target === null) return `“${url}” is not a URL. It should look like https://example.com/path.`;
  if (!/^https?:$/.test(target.protocol))
    return `fetch() can't send to ${target.protocol} URLs, only to http: and https:.`;
  if (location.protocol === "https:" && target.protocol === "http:") {
    return "This page came over https, so the browser blocks requests to http: addresses (mixed content). Use an https: URL.";
  }
  if (target.origin === location.origin)
    return "The server that this page came from does not answer any more. Is it still running?";
  try {
    await fetch(target, { mode: "no-cors", cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(5000) });
    return `${target.host} is there and answers, but does not let this page read the answer (CORS): its responses lack the header Access-Control-Allow-Origin: ${location.origin}. From a server (Node, Deno, Bun, Workers) the same pool would get through; in a page, only ${target.host} can allow it.`;
  } catch {
    return `Nothing answered at ${target.host}: no such host, nothing listening, no network, or a certificate that the browser does not trust. This is not about CORS.`;
  }
}

/** Whether the server of this page has the echo endpoint: Vite's has, a static site has not. */
export async function hasEcho(): Promise<boolean> {
  try {
    const response = await fetch(new URL("echo", document.baseURI), { signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.headers.has("x-playground-echo");
  } catch {
    return false;
  }
}
