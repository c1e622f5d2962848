import type { RequestOfUrl } from '../ahead-parts.ts';
import { fillRequest } from '../each/fill.ts';
import { valuesInUrl } from '../each/items-to-requests.ts';
import { sentRequest } from './request.ts';

/** Of an item's request all values must stand in its URL: those of headers and bodies are not known of a URL alone. */
export const sentRequestOf: RequestOfUrl<'send'> = (settings, index, url, label) => {
  if (label !== undefined && label !== settings.label) return undefined;
  if (settings.each === undefined) {
    return URL.parse(url)?.href === URL.parse(settings.url)?.href ? sentRequest(settings, index) : undefined;
  }
  const values = valuesInUrl(settings.url, url);
  return values && sentRequest(fillRequest(settings, values), index, { values });
};
