import { bareHost } from './bare-host.ts';
import { decodePercent } from './decode-percent.ts';
import type { PageLink } from './scan-page.ts';

/**
 * Pages of the same site that are likely to name contacts, best first, at most two and of two kinds if
 * there are: contact, legal notice, about. Absolute, without fragment; never `page` itself.
 */
export function contactPages(links: readonly PageLink[], base: string, page: URL, site: URL): string[] {
  const hosts = new Set([bareHost(page), bareHost(site)]);
  const seen = new Set([keyOf(page)]);
  // Menus are repeated in footers, and a lookup is faster than resolving a link again.
  const tried = new Set<string>();
  const found: Candidate[] = [];
  for (const { href, label } of links) {
    const asWritten = `${href} ${label}`;
    if (tried.has(asWritten)) continue;
    tried.add(asWritten);
    const url = URL.parse(href, base);
    if (url === null || !/^https?:$/.test(url.protocol) || !hosts.has(bareHost(url))) continue;
    const kind = isPage(url) ? kindOf(url, label) : -1;
    if (kind === -1 || seen.has(keyOf(url))) continue;
    seen.add(keyOf(url));
    url.hash = '';
    found.push({ url: url.href, kind });
  }
  return chooseTwo(found);
}

interface Candidate {
  url: string;
  /** Index into `kinds`. */
  kind: number;
}

/** The home page of a language is another page than the one without; scheme and trailing slash make no difference. */
function keyOf(url: URL): string {
  return `${bareHost(url)}${url.pathname.replace(/\/+$/, '')}${url.search}`;
}

/** False for downloads, and for links that trigger an action, such as a logout. */
function isPage({ pathname, href, username }: URL): boolean {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(pathname)?.[1];
  const isFile = extension !== undefined && !pageTypes.test(extension);
  return (
    !isFile &&
    username === '' &&
    href.length <= maxChars &&
    !/\/(?:cdn-cgi|wp-json|feed)(?:\/|$)/.test(pathname)
  );
}

const maxChars = 2_000;
const pageTypes = /^(?:[xs]?html?|php\d?|aspx?|jspx?|do|cfm|cgi|pl)$/i;

/** The shortest URL of the best kind, then the same of the next kind. */
function chooseTwo(found: Candidate[]): string[] {
  const sorted = found.sort((a, b) => a.kind - b.kind || a.url.length - b.url.length);
  const [first] = sorted;
  if (first === undefined) return [];
  const second = sorted.find(({ kind }) => kind !== first.kind) ?? sorted[1];
  return [first, second].flatMap((candidate) => candidate?.url ?? []);
}

function kindOf(url: URL, label: string): number {
  const path = plain(decodePercent(`${url.pathname} ${url.search}`));
  // A long link text is a teaser that only mentions the word.
  const text = label.length <= maxLabelChars ? plain(label) : '';
  return kinds.findIndex((words) => words.test(path) || words.test(text));
}

const maxLabelChars = 100;

/** Keywords by kind, the best kind first. Words of a link begin with them; in scripts without spaces they stand anywhere. */
const kinds = [
  wordsBeginning(
    'contact contato contatt kontakt kontak-kami yhteystiedot iletisim bize-ulasin kapcsolat elerhetoseg ' +
      'epikoinon epikoinwn epikinon επικοινων контакт lien-he hubungi get-in-touch reach-us ' +
      'find-us ota-yhteytta hafa-samband',
    'お問い合わせ 問い合わせ 联系 聯絡 聯繫 문의 연락처 ติดต่อ اتصل تماس צור-קשר',
  ),
  wordsBeginning(
    'impressum imprint legal-notice mentions-legales aviso-legal note-legali colophon impresum tiraz kunye ' +
      'informativa-legale datos-legales',
    '特定商取引',
  ),
  wordsBeginning(
    'about uber-uns ueber-uns chi-siamo quienes-somos sobre-nos sobre-nosotros nosotros quem-somos ' +
      'a-propos qui-sommes-nous over-ons o-nas o-mnie om-oss om-os hakkimizda hakkımızda rolunk meista ' +
      'despre-noi poioi-eimaste pioi-eimaste etaireia εταιρεια ποιοι-ειμαστε σχετικα о-нас о-компании ' +
      'про-нас tentang-kami ve-chung-toi',
    '会社概要 会社案内 关于 關於 회사소개 เกี่ยวกับ من-نحن درباره אודות',
  ),
];

function wordsBeginning(spaced: string, unspaced: string): RegExp {
  const starts = spaced.split(' ').map(plain);
  const anywhere = unspaced.split(' ').map(plain);
  // Opticians' links to contact lenses are excluded; French and Spanish put the word for lens first.
  const noLens = ['(?<!\\p{L}|lent\\p{L}{0,5} (?:de|a) )', '(?!e? ?(?:len[csz]|lins))'];
  return new RegExp(`${noLens[0]}(?:${starts.join('|')})${noLens[1]}|${anywhere.join('|')}`, 'u');
}

/** Lower case without accents, words one space apart. */
function plain(text: string): string {
  const bare = text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
  return bare.replace(/[^\p{L}\p{N}]+/gu, ' ');
}
