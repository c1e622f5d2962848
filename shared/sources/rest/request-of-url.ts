import type { RestSource } from '../../job/schema.ts';
import type { RequestOfUrl } from '../ahead-parts.ts';
import { firstRestRequest } from './rest.ts';

/** With the method, body and headers of the source; headers, which may be secrets, to its own origin only. */
export const restRequestOf: RequestOfUrl<'rest'> = (rest, index, url, label) => {
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

function isSameEndpoint(source: RestSource, url: string): boolean {
  const [mine, theirs] = [URL.parse(url), new URL(source.url)];
  return mine?.origin === theirs.origin && mine.pathname === theirs.pathname;
}
