import { encodeQuery } from '../links/encode-query.ts';
import type { PageBase } from '../links/resolve-url.ts';

/** A name of a thing, made absolute: a URL that need not lead anywhere, such as `urn:isbn:…`. `undefined` for none. */
export function resolveIri(reference: string, base: PageBase): string | undefined {
  return URL.parse(encodeQuery(reference, base.charset), base.url)?.href;
}
