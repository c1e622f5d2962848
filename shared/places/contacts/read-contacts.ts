import type { Contact } from '../place.ts';
import { bareHost } from './bare-host.ts';
import { checkEmail } from './check-email.ts';
import { contactPages } from './contact-pages.ts';
import { isOwnEmail } from './email-owner.ts';
import { addressesOfMailto, addressesOfProtected, protectedPartOf } from './link-emails.ts';
import { phoneOf, phoneOfLink } from './phone-number.ts';
import { readSocial, type SocialProfile } from './read-social.ts';
import { type PageLink, type ScannedPage, scanPage } from './scan-page.ts';
import { readStructuredData } from './structured-data.ts';
import { addressesInText } from './text-emails.ts';
import { phonesInText } from './text-phones.ts';
import { checkPhone } from './valid-phone.ts';

export interface PageContacts {
  /**
   * In the order found: links, what the page's head and data say, text. An e-mail or a phone is there once;
   * a profile as often as it is linked, so that the business's own is recognised by its frequency.
   */
  contacts: Contact[];
  /** Pages of the same site to read too, best first: two at most, absolute, without fragment. */
  pages: string[];
}

/** The URL of the page, and of the place's website that led to the page. */
export interface ContactOptions {
  page: URL;
  site: URL;
  /** The country of the place, ISO 3166-1 alpha-2, by whose numbering plan national phone numbers are checked. */
  country?: string;
}

/** A contact before the page on which it was found is added. */
type Finding = Omit<Contact, 'page'>;

/**
 * Finds how to reach a business on a page of its website. Never throws; its time is linear in the page, of
 * which the first million characters are read.
 */
export function readContacts(html: string, { page, site, country }: ContactOptions): PageContacts {
  const parts = scanPage(html);
  const base = (parts.base === undefined ? null : URL.parse(parts.base, page.href))?.href ?? page.href;
  const ownProfile = readSocial(site);
  const found = [
    ...(ownProfile ? [socialFinding(ownProfile, 'link')] : []),
    ...inLinks(parts.links, base),
    ...parts.statements.flatMap(inStatement),
    ...parts.jsonLd.flatMap(inJsonLd),
    ...inText(
      parts,
      [page, site].map((url) => bareHost(url).replace(/:\d+$/, '')),
      country,
    ),
  ].filter((finding) => isNotTheHosts(finding, ownProfile));
  const contacts = keep(found).map((finding) => withE164({ ...finding, page: page.href }, country));
  return { contacts, pages: contactPages(parts.links, base, page, site) };
}

/** A website that is itself a page on a platform links to many profiles of others there. */
function isNotTheHosts({ platform, value }: Finding, ownProfile: SocialProfile | undefined): boolean {
  return platform === undefined || platform !== ownProfile?.platform || value === ownProfile.url;
}

const maxOfKind = { email: 50, phone: 50, social: 200 };

function keep(found: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  const counts = { email: 0, phone: 0, social: 0 };
  return found.filter(({ kind, value }) => {
    const key = `${kind} ${value}`;
    if (counts[kind] >= maxOfKind[kind] || (kind !== 'social' && seen.has(key))) return false;
    seen.add(key);
    counts[kind] += 1;
    return true;
  });
}

/** A profile counts once per link, while each distinct link is parsed once. */
function inLinks(links: readonly PageLink[], base: string): Finding[] {
  const read = new Map<string, Finding[]>();
  return links.flatMap(({ href }) => {
    const findings = read.get(href) ?? inLink(href, base);
    read.set(href, findings);
    return findings;
  });
}

function inLink(href: string, base: string): Finding[] {
  if (/^\s*mailto:/i.test(href)) return emailFindings(addressesOfMailto(href), 'link');
  if (/^\s*(?:tel|callto):/i.test(href)) return phoneFindings(phoneOfLink(href), 'link');
  const hidden = protectedPartOf(href);
  if (hidden !== undefined) return emailFindings(addressesOfProtected(hidden), 'protected');
  return socialFindings(href, 'link', base);
}

/** Open Graph, Twitter cards, microdata and `rel="me"`. */
function inStatement({ name, value }: { name: string; value: string }): Finding[] {
  if (/^(?:email|og:email)$/.test(name)) return emailFindings([value], 'data');
  if (/^(?:telephone|og:phone_number)$/.test(name)) return phoneFindings(phoneOf(value), 'data');
  if (name === 'twitter:site')
    return socialFindings(`https://x.com/${value.trim().replace(/^@/, '')}`, 'data');
  const isOfProfile = /^(?:og:[a-z:_]+|article:publisher|me|sameas|publisher)$/.test(name);
  return isOfProfile ? socialFindings(value, 'data') : [];
}

function inJsonLd(script: string): Finding[] {
  return readStructuredData(script).flatMap(({ property, value }) => {
    if (property === 'email') return emailFindings(addressesOfMailto(value), 'data');
    return property === 'telephone' ? phoneFindings(phoneOf(value), 'data') : socialFindings(value, 'data');
  });
}

/** An address in plain text is more often somebody else's than one in a link, so it has to pass a stricter test. */
function inText(
  { text, protectedEmails }: ScannedPage,
  hosts: string[],
  country: string | undefined,
): Finding[] {
  const emails = [
    ...emailFindings(protectedEmails.flatMap(addressesOfProtected), 'protected'),
    ...emailFindings(addressesInText(text), 'text'),
  ];
  const phones = phonesInText(text, country).flatMap((phone) => phoneFindings(phone, 'text'));
  return [...emails.filter(({ value }) => isOwnEmail(value, hosts)), ...phones];
}

function emailFindings(candidates: string[], how: Contact['how']): Finding[] {
  const emails = candidates.map(checkEmail).filter((email) => email !== undefined);
  return emails.map((value) => ({ kind: 'email', value, how }));
}

/** Adds E.164 beside the number as written, which people may dial as it is. */
function withE164(contact: Contact, country: string | undefined): Contact {
  if (contact.kind !== 'phone') return contact;
  const e164 = checkPhone(contact.value, country)?.e164;
  return e164 === undefined ? contact : { ...contact, e164 };
}

function phoneFindings(value: string | undefined, how: Contact['how']): Finding[] {
  return value === undefined ? [] : [{ kind: 'phone', value, how }];
}

function socialFindings(reference: string, how: Contact['how'], base?: string): Finding[] {
  const url = URL.parse(reference, base);
  const profile = url === null ? undefined : readSocial(url);
  return profile === undefined ? [] : [socialFinding(profile, how)];
}

function socialFinding({ platform, url }: SocialProfile, how: Contact['how']): Finding {
  return { kind: 'social', value: url, how, platform };
}
