/** One request of a login, secrets filled in: it lives only while it is sent. */
export interface WireRequest {
  url: string;
  method: 'GET' | 'POST';
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
}

/** An address without its query and fragment, which may hold what is secret. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
