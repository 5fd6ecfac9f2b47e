/** What URLs are relative to: the page's own, where there is a page. */
export function baseUrl(): string | undefined {
  return (globalThis as { location?: { href: string } }).location?.href;
}
