/**
 * An http or https URL as the listing gives it: out of its wrapper `/url?q=…`, and with the escapes undone
 * that some answers hold twice (`\u003d` as six characters). Anything else, `javascript:` above all, is
 * `undefined`.
 */
export function webLink(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = parseLink(undoEscapes(text));
  if (!url || !isWrapper(url)) return url?.href;
  const { searchParams } = url;
  return parseLink(searchParams.get('q') ?? searchParams.get('url') ?? '')?.href;
}

function parseLink(text: string): URL | undefined {
  // Relative links are only the site's own: its wrapper, and those without a scheme.
  if (!/^(https?:)?\/\/|^\/url\?/i.test(text)) return undefined;
  const url = URL.parse(text, 'https://www.google.com');
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function isWrapper(url: URL): boolean {
  return url.pathname === '/url' && /(^|\.)google\.[a-z]{2,3}(\.[a-z]{2})?$/.test(url.hostname);
}

function undoEscapes(text: string): string {
  return text.replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
