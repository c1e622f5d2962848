/**
 * A reference as it stands on a page, made absolute (WHATWG URL). `undefined` when it cannot be
 * resolved, or is a script.
 */
export function resolveUrl(reference: string, baseUrl: string): string | undefined {
  const url = URL.parse(reference, baseUrl);
  return url === null || url.protocol === 'javascript:' ? undefined : url.href;
}

/**
 * A reference that can be followed, made absolute and without its fragment. `undefined` unless it is
 * http or https, and for a place in the same page (`#top`).
 */
export function resolveLink(reference: string, baseUrl: string): string | undefined {
  const url = isSamePage(reference) ? null : URL.parse(reference, baseUrl);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  url.hash = '';
  return url.href;
}

/**
 * The URL that references on a page at `url` are relative to: what its `<base href>` says if that is
 * http or https, else its own (HTML Standard, "document base URL").
 */
export function resolveBase(reference: string | undefined, url: string): string {
  return (reference === undefined ? undefined : resolveLink(reference, url)) ?? url;
}

/** Does the reference lead nowhere but to a place in the page it is on? */
export function isSamePage(reference: string): boolean {
  return /^\s*(#|$)/.test(reference);
}
