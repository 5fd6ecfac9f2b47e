/** The host of a URL with its port, also when the scheme implies it. */
export function portedHostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? { "http:": 80, "https:": 443 }[protocol] : port}`;
}
