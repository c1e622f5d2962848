import type { Contact } from '../../shared/places/place.ts';
import type { CityPlace } from './city-place.ts';
import { planSite, type SitePlan, type SiteStyle } from './site-plan.ts';

/** Its page is a path below the site's. */
type Found = Contact;

/** For each style what its pages show. */
const shown: Record<SiteStyle, (plan: SitePlan) => Found[]> = {
  mailtoOnHome: (plan) => [email(plan, 'link', '')],
  mailtoOnContact: (plan) => [email(plan, 'link', 'contact')],
  protectedOnContact: (plan) => [email(plan, 'protected', 'contact')],
  textOnHome: (plan) => [email(plan, 'text', '')],
  data: (plan) => [email(plan, 'data', ''), phone(plan, 'data', ''), social(plan, 'facebook', 'data', '')],
  phoneAndSocials: (plan) => [
    phone(plan, 'link', ''),
    social(plan, 'facebook', 'link', ''),
    social(plan, 'instagram', 'link', ''),
    social(plan, 'x', 'link', 'about'),
  ],
  impressum: (plan) => [email(plan, 'link', 'impressum'), phone(plan, 'text', 'impressum')],
  nothing: () => [],
  dead: () => [],
  forbidden: (plan) => [email(plan, 'link', '')],
};

/**
 * The contacts on the home page and the contact pages.
 * @param keepsToRobots Nothing is found on sites whose robots.txt forbids it.
 */
export function contactsOf(place: CityPlace, website: string, keepsToRobots = true): Contact[] {
  const plan = planSite(place);
  if (!place.hasWebsite || (plan.style === 'forbidden' && keepsToRobots)) return [];
  return shown[plan.style](plan).map((found) => ({ ...found, page: new URL(found.page, website).href }));
}

/** The profile's address without the decoration that links to it carry. */
function profileOf(platform: string, handle: string): string {
  return `https://${platform}.com/${handle}`;
}

function email({ email }: SitePlan, how: Contact['how'], page: string): Found {
  return { kind: 'email', value: email, page, how };
}

function phone({ phone }: SitePlan, how: Contact['how'], page: string): Found {
  return { kind: 'phone', value: phone, page, how };
}

function social({ handle }: SitePlan, platform: string, how: Contact['how'], page: string): Found {
  return { kind: 'social', value: profileOf(platform, handle), page, how, platform };
}
