import type { FetchResult } from '../../fetch/types.ts';

/** Headers that open something by themselves, whoever sent them. */
const opens =
  /^(proxy-)?authorization$|(^|-)(token|secret|password|passwd|key|apikey|session|sessionid|auth|csrf|xsrf)(-|$)/i;

/** The value of a header without what opens the site. Cookies keep their names and attributes. */
export function hideCredentials(name: string, value: string): string {
  const lower = name.toLowerCase();
  const parts = value.split(';');
  if (lower === 'cookie') return parts.map(hidePair).join(';');
  if (lower === 'set-cookie') return [hidePair(parts[0] ?? ''), ...parts.slice(1)].join(';');
  return opens.test(name) ? '[secret]' : value;
}

function hidePair(pair: string): string {
  const equals = pair.indexOf('=');
  return equals === -1 ? '[secret]' : `${pair.slice(0, equals + 1)}[secret]`;
}

/** Shorter values of cookies, such as `dark` or `en-GB`, are words of pages. */
const minCredentialChars = 16;

/** What an exchange itself shows to be secret, which its page may show too: values of cookies, and credentials. */
export function credentialsIn({ sent, setCookies = [] }: FetchResult): string[] {
  const pairs = [...(sent?.headers['cookie'] ?? '').split(';'), ...setCookies];
  const cookies = pairs.map((pair) => valueOfPair(pair.split(';', 1)[0] ?? ''));
  const own = Object.entries(sent?.headers ?? {}).flatMap(([name, value]) =>
    opens.test(name) ? [value, value.replace(/^\w+\s+/, '')] : [],
  );
  return [...new Set([...cookies, ...own])].filter((value) => value.length >= minCredentialChars);
}

function valueOfPair(pair: string): string {
  return pair
    .slice(pair.indexOf('=') + 1)
    .trim()
    .replace(/^"(.*)"$/, '$1');
}
