/** One request of a login, secrets filled in: it lives only while it is sent. */
export interface WireRequest {
  url: string;
  method: 'GET' | 'POST';
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
}

/** An address with the names of its parameters alone, and without its fragment: their values may be secret. */
export function shownUrl(url: string): string {
  const [, base = url, query = ''] = /^([^?#]*)(?:[?]([^#]*))?/s.exec(url) ?? [];
  if (query === '') return base;
  // What has no name is a value.
  const names = query.split('&').map((pair) => (pair.includes('=') ? `${pair.replace(/=.*$/s, '')}=…` : '…'));
  return `${base}?${names.join('&')}`;
}
