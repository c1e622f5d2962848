import { isRoute, type Resolved, resolveAddress } from '../../fetch/url.ts';
import { encodeQuery } from './encode-query.ts';

/** The properties of a page by which its references are resolved. */
export interface PageBase {
  /** HTML Standard, "document base URL". */
  url: string;
  /** The page's encoding, in which queries are encoded: its name in the Encoding Standard, in lower case. */
  charset: string;
}

/** The target of a reference: a URL, a location in its own page, or nothing that can be fetched. */
export type Resolution = Resolved | { readonly url: undefined; readonly fault: 'samePage' };

const samePage: Resolution = { url: undefined, fault: 'samePage' };

/** A reference that may be followed, made absolute. */
export function resolveReference(reference: string, baseUrl: string): Resolution {
  return isSamePage(reference) ? samePage : resolveAddress(reference, baseUrl);
}

/** `resolveReference` of a job that reads pages in a browser, where `#/…` and `#!…` are pages of an application. */
export function resolveRoute(reference: string, baseUrl: string): Resolution {
  const isPage = !isSamePage(reference) || isRoute(reference, reference.indexOf('#'));
  return isPage ? resolveAddress(reference, baseUrl, true) : samePage;
}

/**
 * A reference as it stands on a page, made absolute (WHATWG URL). `undefined` when it cannot be
 * resolved, or is a script.
 */
export function resolveUrl(reference: string, base: PageBase): string | undefined {
  const url = URL.parse(encodeQuery(reference, base.charset), base.url);
  return url === null || url.protocol === 'javascript:' ? undefined : url.href;
}

/**
 * A reference that can be followed, made absolute and without its fragment. `undefined` unless it is
 * http or https, and for a location in the same page (`#top`).
 */
export function resolveLink(reference: string, base: PageBase): string | undefined {
  const url = isSamePage(reference) ? null : URL.parse(encodeQuery(reference, base.charset), base.url);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  url.hash = '';
  return url.href;
}

/**
 * The URL that references on a page at `url` are relative to: what its `<base href>` says if that is
 * http or https, else its own (HTML Standard, "document base URL").
 */
export function resolveBase(reference: string | undefined, url: string, charset: string): PageBase {
  const base = reference === undefined ? undefined : resolveLink(reference, { url, charset });
  return { url: base ?? url, charset };
}

/** Does the reference lead only to a location in its own page? */
function isSamePage(reference: string): boolean {
  return /^\s*(#|$)/.test(reference);
}
