import type { Answer } from './answer.ts';
import type { CityPlace } from './city-place.ts';
import { planSite, type SitePlan, type SiteStyle } from './site-plan.ts';

type Pages = Record<string, (plan: SitePlan) => string>;

const paragraph = (text: string) => `<p>${text}</p>`;
const mailto = ({ email }: SitePlan) => `<a href="mailto:${email}?subject=Hello">Write to us</a>`;

/** Of each style, the pages that differ from the usual ones. The home page's name is empty. */
const special: Record<SiteStyle, Pages> = {
  mailtoOnHome: { '': mailto },
  mailtoOnContact: { contact: mailto },
  protectedOnContact: {
    contact: ({ email }) =>
      `<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="${protect(email)}">[email&#160;protected]</a>`,
  },
  textOnHome: { '': ({ email }) => paragraph(`Questions? ${email}, any time.`) },
  data: { '': describeAsData },
  phoneAndSocials: { '': callAndFollow, about: followOnX },
  impressum: {
    impressum: (plan) =>
      paragraph(`${escapeHtml(plan.name)}, Hafenstraße 1`) +
      paragraph(`Telefon: ${spaced(plan.phone)}`) +
      `<a href="mailto:${plan.email}">E-Mail</a>`,
  },
  nothing: {},
  dead: {},
  forbidden: { '': mailto, contact: mailto },
};

/** Text that looks like a contact and is none. Every site that answers has it. */
const decoys = `
<img src="hero@2x.png" alt=""> <script>var dsn = "https://3f2a9c1d7b6e4f508192a3b4c5d6e7f8@o1.ingest.sentry.io/2";</script>
<a href="mailto:user@example.com">Our template's author</a>
<p>Photos: press@agency-partner.net · Updated 2026-10-31 · 10.12.2025</p>
<a href="https://www.facebook.com/sharer/sharer.php?u=here">Share</a> <a href="https://twitter.com/intent/tweet?text=hi">Tweet</a>`;

/** The business's page of that name (home: empty), or what a dead site does. */
export function answerSite(place: CityPlace, page: string): Answer {
  const plan = planSite(place);
  if (plan.style === 'dead')
    return plan.death === 'hangUp' ? { status: 0 } : { status: plan.death, body: 'Gone.' };
  const names = ['', 'contact', 'about', 'products', ...(plan.style === 'impressum' ? ['impressum'] : [])];
  if (!names.includes(page)) return { status: 404, body: 'No such page.' };
  const body = special[plan.style][page]?.(plan) ?? paragraph('Welcome aboard.');
  return { status: 200, body: layOut(plan, names, body) };
}

function layOut({ name, number }: SitePlan, names: string[], body: string): string {
  const links = names
    .slice(1)
    .map((page) => `<a href="${page}">${page[0]?.toUpperCase()}${page.slice(1)}</a>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(name)}</title></head>
<body><nav><a href="./">Home</a> ${links.join(' ')}</nav><h1>${escapeHtml(name)}</h1>
${body}
${decoys}<footer>No. ${number}</footer></body></html>
`;
}

function describeAsData({ name, email, phone, handle }: SitePlan): string {
  const business = {
    '@context': 'https://schema.org',
    '@type': 'LocalBusiness',
    name,
    email,
    telephone: phone,
    sameAs: [`https://www.facebook.com/${handle}/`],
  };
  return `<script type="application/ld+json">${JSON.stringify(business).replaceAll('<', '\\u003c')}</script>`;
}

function callAndFollow({ phone, handle }: SitePlan): string {
  return `<a href="tel:${phone}">${spaced(phone)}</a>
<a href="https://m.facebook.com/${handle}?ref=page_internal">Facebook</a>
<a href="https://www.instagram.com/${handle}/">Instagram</a>`;
}

function followOnX({ handle }: SitePlan): string {
  return `<a href="https://twitter.com/${handle}">Follow us</a>`;
}

/** Obfuscates like Cloudflare: the first byte is the key with which the others are XORed. */
function protect(email: string): string {
  const key = 0x5a;
  return Buffer.from([key, ...Buffer.from(email).map((byte) => byte ^ key)]).toString('hex');
}

function spaced(phone: string): string {
  return `${phone.slice(0, 4)} ${phone.slice(4, 6)} ${phone.slice(6, 9)} ${phone.slice(9)}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
