import { type Platform, platforms } from './social-platforms.ts';

/** A profile in canonical form, such as https://facebook.com/acme. */
export interface SocialProfile {
  platform: string;
  url: string;
}

/**
 * The profile that a URL leads to, without tracking parameters, language variants and the platform's former names.
 * `undefined` for other sites, and for a platform's own pages: sharing, logging in, policies, posts.
 */
export function readSocial(reference: URL): SocialProfile | undefined {
  const url = unwrap(reference);
  if (url.href.length > maxChars) return undefined;
  const platform = platformOf(url);
  if (platform === undefined) return undefined;
  const path = url.pathname.split('/').filter((part) => part !== '');
  const profile = platform.profile(path, url);
  return profile === undefined ? undefined : { platform: platform.name, url: `${platform.home}/${profile}` };
}

const maxChars = 2_000;

const byHost = new Map(
  platforms.flatMap((platform) => platform.hosts.map((host) => [host, platform] as const)),
);

function platformOf({ protocol, host }: URL): Platform | undefined {
  if (protocol === 'whatsapp:') return byHost.get('wa.me');
  if (!/^https?:$/.test(protocol)) return undefined;
  const platform = byHost.get(host) ?? byHost.get(host.replace(variant, ''));
  return platform ?? byHost.get(host.replace(variant, '').replace(national, '$1.com'));
}

/** Subdomains of mobile, language and country versions. */
const variant = /^(?:www|m|l|lm|mobile|touch|mbasic|web|gaming|[a-z]{2}(?:-[a-z]{2})?)\./;
/** Platforms with a domain per country. */
const national = /^(pinterest|tripadvisor|yelp)\.(?:[a-z]{2}|com?\.[a-z]{2})$/;

/** Platforms and search engines wrap outgoing links in a redirect page of their own. */
function unwrap(url: URL): URL {
  const isWrapper =
    (/^(?:l|lm|www|m)\.(?:facebook|instagram)\.com$/.test(url.host) &&
      /^\/(?:l\.php|flx\/warn\/?)?$/.test(url.pathname)) ||
    (/(?:^|\.)google\.[a-z.]{2,6}$/.test(url.host) && url.pathname === '/url') ||
    (/(?:^|\.)youtube\.com$/.test(url.host) && url.pathname === '/redirect');
  if (!isWrapper) return url;
  const target = url.searchParams.get('u') ?? url.searchParams.get('url') ?? url.searchParams.get('q');
  return (target === null ? null : URL.parse(target)) ?? url;
}
