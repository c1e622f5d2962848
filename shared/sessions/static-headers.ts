import type { SessionSettings } from './session-schema.ts';

/** The headers of a session that need no login; names in lower case. */
export function staticHeaders({ headers, basic, bearer, apiKey }: SessionSettings): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    // RFC 7617 §2.1: UTF-8.
    ...(basic === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}` }),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(apiKey === undefined ? {} : { [apiKey.header.toLowerCase()]: apiKey.value }),
  };
}
