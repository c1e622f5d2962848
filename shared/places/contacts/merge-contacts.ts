import type { Contact, Place } from '../place.ts';
import { bareHost } from './bare-host.ts';
import { isOnHost } from './email-owner.ts';
import { isSamePhone } from './phone-number.ts';

export type MergedContacts = Pick<Place, 'emails' | 'websitePhones' | 'socials' | 'contacts'>;

/**
 * What the pages of one website give together, best first: at most ten e-mails (those at the site's own
 * domain before others), ten phones (links and data before text) and per platform the profile linked most
 * often. `contacts` says where each of these was found. Kinds of which nothing was found are absent.
 */
export function mergeContacts(found: readonly Contact[]): MergedContacts {
  const emails = chooseEmails(found.filter(({ kind }) => kind === 'email'));
  const phones = choosePhones(found.filter(({ kind }) => kind === 'phone'));
  const socials = chooseSocials(found.filter(({ kind }) => kind === 'social'));
  const contacts = [...emails, ...phones, ...socials];
  return {
    ...(emails.length > 0 && { emails: emails.map(({ value }) => value) }),
    ...(phones.length > 0 && { websitePhones: phones.map(({ value }) => value) }),
    ...(socials.length > 0 && { socials: Object.fromEntries(socials.map(platformAndValue)) }),
    ...(contacts.length > 0 && { contacts }),
  };
}

const maxEmails = 10;
const maxPhones = 10;
/** The order of trust: from data meant for machines to guesses. */
const certainty: Record<Contact['how'], number> = { link: 0, protected: 0, data: 1, text: 2 };

function chooseEmails(found: Contact[]): Contact[] {
  const ranks = new Map(found.map((contact) => [contact, rankOfEmail(contact)]));
  const chosen = new Map<string, Contact>();
  for (const contact of found.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))) {
    if (chosen.size >= maxEmails) break;
    const value = contact.value.toLowerCase();
    if (!chosen.has(value)) chosen.set(value, { ...contact, value });
  }
  return [...chosen.values()];
}

function rankOfEmail({ value, page, how }: Contact): number {
  const url = URL.parse(page);
  const isSites = url !== null && isOnHost(value, [bareHost(url).replace(/:\d+$/, '')]);
  return certainty[how] + (isSites ? 0 : 3);
}

function choosePhones(found: Contact[]): Contact[] {
  const chosen: Contact[] = [];
  for (const contact of found.toSorted((a, b) => certainty[a.how] - certainty[b.how])) {
    if (chosen.length >= maxPhones) break;
    if (!chosen.some(({ value }) => isSamePhone(value, contact.value))) chosen.push(contact);
  }
  return chosen;
}

/** Profiles of partners and agencies are linked once, while the business's own is linked in header and footer. */
function chooseSocials(found: Contact[]): Contact[] {
  const counts = new Map<string, number>();
  const firsts = new Map<string, Contact>();
  for (const contact of found) {
    counts.set(contact.value, (counts.get(contact.value) ?? 0) + 1);
    if (!firsts.has(contact.value)) firsts.set(contact.value, contact);
  }
  const best = new Map<string, Contact>();
  for (const contact of firsts.values()) {
    const rival = best.get(contact.platform ?? '');
    const count = counts.get(contact.value) ?? 0;
    if (rival === undefined || count > (counts.get(rival.value) ?? 0))
      best.set(contact.platform ?? '', contact);
  }
  return [...best.values()];
}

function platformAndValue({ platform = '', value }: Contact): [string, string] {
  return [platform, value];
}
