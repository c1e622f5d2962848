import type { SendSource } from '../../job/schema.ts';
import type { GivenByItem, PageRequest } from '../../model.ts';

/** The request that the settings say, the values of an item already in their places. */
export function sentRequest(
  { url, label, method, headers, body }: SendSource,
  source: number,
  given?: GivenByItem,
): PageRequest<'sent'> {
  return {
    kind: 'sent',
    url: new URL(url).href,
    label,
    depth: 0,
    attempt: 0,
    source,
    ...(method === 'GET' ? {} : { method }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(given === undefined ? {} : { given }),
  };
}
