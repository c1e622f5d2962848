import type { CityPlace } from './city-place.ts';

/** How a business's website shows its contacts, one of ten kinds by the place's number. */
export const siteStyles = [
  'mailtoOnHome',
  'mailtoOnContact',
  'protectedOnContact',
  'textOnHome',
  'data',
  'phoneAndSocials',
  'impressum',
  'nothing',
  'dead',
  'forbidden',
] as const;
export type SiteStyle = (typeof siteStyles)[number];

export interface SitePlan {
  number: number;
  name: string;
  style: SiteStyle;
  email: string;
  /** As it is dialled abroad, digits and a plus. */
  phone: string;
  /** The name of its profiles. */
  handle: string;
  /** Of a dead site: what comes instead of a page. */
  death: 404 | 500 | 'hangUp';
}

/** Mailbox providers, which small businesses often use instead of a domain of their own. */
const mailHosts = ['gmail.com', 'outlook.com', 'gmx.de', 'yahoo.com'];
const deaths = [404, 500, 'hangUp'] as const;

export function planSite({ number, name, phone }: CityPlace): SitePlan {
  const plain = name
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase();
  // The longest that X allows is 15.
  const handle = `${plain.slice(0, 10)}${number}`.slice(-15);
  return {
    number,
    name,
    // The styles are numbered by tens of places, so that they do not go in step with other properties.
    style: siteStyles[(number + Math.floor(number / 10)) % siteStyles.length] ?? 'nothing',
    email: `${handle}@${mailHosts[number % mailHosts.length]}`,
    phone: (phone?.international ?? `+999 27 000 ${1000 + (number % 9000)}`).replaceAll(' ', ''),
    handle,
    death: deaths[number % deaths.length] ?? 404,
  };
}
