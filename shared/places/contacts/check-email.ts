/**
 * The address in lower case; `undefined` for text that is no address, or not one of a person: placeholders, error trackers,
 * names of files (`logo@2x.png`), machine-made names (24 hexadecimal digits or more).
 */
export function checkEmail(candidate: string): string | undefined {
  const email = candidate.trim().toLowerCase();
  if (email.length > maxChars) return undefined;
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  const domain = email.slice(at + 1);
  const isAddress = local.length <= 64 && localShape.test(local) && domainShape.test(domain);
  const isRefused = isNobodys(domain) || isFileName(domain) || /^[0-9a-f]{24,}$/.test(local);
  return isAddress && !isRefused ? email : undefined;
}

/** RFC 5321, 4.5.3.1.3: a path has 256 octets at most, its two angle brackets included. */
const maxChars = 254;
/** Narrower than RFC 5321: the rarer characters are more often a parsing mistake than an address. */
const localShape = /^[\w%+&'-]+(?:\.[\w%+&'-]+)*$/;
const domainShape =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/u;

/** Placeholder addresses of templates, site builders and scripts. */
const nobodys = new Set(
  (
    'sentry.io wixpress.com schema.org w3.org domain.com domain.tld yourdomain.com mydomain.com mysite.com ' +
    'yoursite.com website.com yourwebsite.com yourcompany.com sitename.com'
  ).split(' '),
);

function isNobodys(domain: string): boolean {
  const labels = domain.split('.');
  const isExample = labels.includes('example') || labels.some((label) => label.startsWith('sentry'));
  return isExample || nobodys.has(labels.slice(-2).join('.'));
}

const fileTypes = new Set(
  (
    'png jpg jpeg gif svg webp avif ico bmp css scss js mjs jsx tsx json map woff ttf otf eot mp webm pdf ' +
    'html htm php asp aspx xml txt'
  ).split(' '),
);

function isFileName(domain: string): boolean {
  const labels = domain.split('.');
  return fileTypes.has(labels.at(-1) ?? '') || /^\dx$/.test(labels[0] ?? '');
}
