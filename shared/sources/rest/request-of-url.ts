import type { RestSource } from '../../job/schema.ts';
import type { RequestOfUrl } from '../ahead-parts.ts';
import { fillRequest } from '../each/fill.ts';
import { valuesInUrl } from '../each/items-to-requests.ts';
import { firstRestRequest } from './rest.ts';

/** With the method, body and headers of the source; headers, which may be secrets, to its own origin only. */
export const restRequestOf: RequestOfUrl<'rest'> = (rest, index, url, label) => {
  if (rest.each !== undefined) return requestOfItem(rest, index, url, label);
  const isMeant = label === undefined ? isSameEndpoint(rest, url) : rest.label === label;
  if (!isMeant) return undefined;
  const { headers, ...request } = firstRestRequest(rest, index);
  const isSameOrigin = URL.parse(url)?.origin === new URL(rest.url).origin;
  return {
    ...request,
    url: new URL(url).href,
    ...(isSameOrigin && headers !== undefined ? { headers } : {}),
  };
};

/** All values must stand in its URL: those of headers and bodies are not known of a URL alone. */
function requestOfItem(rest: RestSource, index: number, url: string, label: string | undefined) {
  const values = label === undefined || label === rest.label ? valuesInUrl(rest.url, url) : undefined;
  return values && firstRestRequest(fillRequest(rest, values), index, { values });
}

function isSameEndpoint(source: RestSource, url: string): boolean {
  const [mine, theirs] = [URL.parse(url), new URL(source.url)];
  return mine?.origin === theirs.origin && mine.pathname === theirs.pathname;
}
