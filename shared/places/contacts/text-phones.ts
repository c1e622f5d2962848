import { digitsOf, isDialable, isInternational, numberRun, withoutBrackets } from './phone-number.ts';
import { checkPhone } from './valid-phone.ts';

/**
 * Likely phone numbers in a page's text, as written there. Dates, opening
 * hours, prices, coordinates, fax numbers and numbers that a word such as VAT stands before are left out. With
 * `country` (ISO 3166-1 alpha-2), so are numbers that are none by its numbering plan. Linear in the text.
 */
export function phonesInText(text: string, country?: string): string[] {
  const found = new Set<string>();
  let looks = 0;
  for (const { 0: run, index } of text.matchAll(new RegExp(numberRun, 'gu'))) {
    if (run.length < 7 || run.length > maxRunChars) continue;
    const parts = partsOf(run).filter(mayBePhone);
    if (parts.length === 0) continue;
    if (++looks > maxLooks || found.size >= maxPhones) break;
    const before = text.slice(Math.max(0, index - maxLabelChars), index);
    const after = text.slice(index + run.length, index + run.length + maxUnitChars);
    const label = labelIn(before);
    if (label === 'other' || !standsAlone(before, after, label)) continue;
    for (const part of parts) if (isPhone(part, label, country)) found.add(part);
  }
  return [...found];
}

const maxPhones = 50;
/** A page with more numbers is a table of data. */
const maxLooks = 5_000;
/** Room for two or three phone numbers. Longer runs of digits are tables. */
const maxRunChars = 64;
const maxLabelChars = 60;
const maxUnitChars = 5;

type Label = 'phone' | 'other' | 'none';

const phoneWords = [
  '(?:tele?(?:fon|phone)?|τηλ\\p{L}*)[. ]*(?:[/&+-]|und|and|και) ?(?:fax|φαξ)',
  'tel(?!efax)|phone|fon|mob|cell|call|whatsapp|viber|hotline|ruf|handy|zentrale|gsm|τηλ|κιν|тел|моб',
  '[tpm](?=[.:]? ?$)',
];
/** Fax, then the registers, tax offices and banks of the countries with most pages. */
const otherWords = [
  '(?:tele)?fax|φαξ|факс|αφμ|α\\.φ\\.μ|γεμη|γ\\.ε\\.μη|μητρωο|ust-?id|umsatzst|steuer|tax(?!i)',
  'iban|isbn|siret|siren',
  '(?:vat|ust|uid|id|hr[ab]|bic|ean|gtin|sku|rcs|cif|nif|nip|ico|kvk|btw|cvr|blz|инн|огрн)(?!\\p{L})',
  'p\\.? ?iva|partita|c\\.f\\.|regon|cnpj|konto|account|order (?:no|nr|id)|invoice',
  'registr|reg\\.|licen|lic\\.|lic(?= ?#)|npi|abn|acn|ssn|issn|cep|zip|plz|postcode|postal|〒',
  'kunden-?(?:nr|nummer)|art(?:ikel|icle)?[.-]? ?(?:nr|no)?\\.?|part (?:no|nr)|ref(?:\\.|erence|(?= ))|item (?:no|nr)|order|sku|bank|sort code',
];
const phoneSigns = '[☎✆📞📱]|電話|电话|전화|هاتف|טלפון|โทร';
const labels = new RegExp(
  `(?<!\\p{L})(?:${phoneWords.join('|')})|${phoneSigns}|(?<!\\p{L})(?<other>${otherWords.join('|')})`,
  'giu',
);

/** The meaning that the last labelling word gives the number after it; "fax" applies to the next number only. */
function labelIn(before: string): Label {
  const plain = before.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
  const last = [...plain.matchAll(labels)].at(-1);
  if (last === undefined) return 'none';
  if (last.groups?.['other'] === undefined) return 'phone';
  return /\d/.test(plain.slice(last.index)) ? 'none' : 'other';
}

/** Whether a match is a separate number, rather than part of a word, a price, a time or a longer number. */
function standsAlone(before: string, after: string, label: Label): boolean {
  const isPartOfWord =
    /[\p{L}\p{N}_@#=]-?$/u.test(before) && !(label === 'phone' && /\p{L}-?$/u.test(before));
  const isPartOfNumber = /\d[.,:/-]$|\+$/.test(before) || /^(?:[\p{L}\p{N}_@%]|[.,:]\d)/u.test(after);
  const isPrice = /(?:[$€£¥₺₽₹]|EUR|USD|GBP|CHF) ?$/.test(before) || currencyNext.test(after);
  return !isPartOfWord && !isPartOfNumber && !isPrice;
}

const currencyNext = /^ ?(?:[$€£¥₺₽₹]|,-|EUR|USD|GBP|CHF|ευρώ|zł|Kč|kr\b|lei|лв|руб)/i;

/** Splits numbers that are joined by a dash or a slash, if each part is long enough to be a phone number. */
function partsOf(run: string): string[] {
  const parts = run.split(/ [-–/] |\/ /).map(withoutBrackets);
  return parts.every((part) => digitsOf(part).length >= 7) ? parts : [withoutBrackets(run)];
}

function mayBePhone(run: string): boolean {
  return digitsOf(run).length >= 7 && isDialable(run) && !isSomethingElse(run);
}

/** The numbering plan decides where it is known, but says nothing of numbers that are valid by accident. */
function isPhone(part: string, label: Label, country: string | undefined): boolean {
  const checked = checkPhone(part, country);
  if (checked === undefined) return isLikelyPhone(part, label);
  // If the page labels it as a phone, its range need not be in the plan: new ranges are assigned each year.
  if (label === 'phone' || isInternational(part)) return checked.isPossible;
  const isGrouped = /\d[ ().–/-]+\d/u.test(part);
  return checked.isValid && (isGrouped || isLikelyPhone(part, label));
}

function isLikelyPhone(run: string, label: Label): boolean {
  const digits = digitsOf(run);
  const saysSo = label === 'phone' || isInternational(run);
  if (saysSo) return true;
  const groups = run.match(/\d+/g) ?? [];
  const isTrunk = /^\(?0/.test(run);
  // A number without separators may be an id of any kind.
  if (groups.length === 1) return isTrunk && digits.length >= 9 && digits.length <= 11;
  const isLongEnough = digits.length >= 9 || /^\d{3}[ .-]\d{4}$/.test(run);
  return isTrunk || (isLongEnough && groups.some((group) => group.length > 2));
}

function isSomethingElse(run: string): boolean {
  const groups = run.match(/\d+/g) ?? [];
  const singles = groups.filter((group) => group.length === 1).length;
  const areYears = groups.every((group) => /^(?:19|20)\d\d$/.test(group));
  return otherShapes.some((shape) => shape.test(run)) || areYears || groups.length > 7 || singles > 2;
}

const otherShapes = [
  // Dates, anywhere in the text.
  /(?<!\d|\d[./-])(?:0?[1-9]|[12]\d|3[01])([./-] ?)(?:0?[1-9]|1[0-2])\1(?:19|20)?\d{2}(?!\d|[./-]\d)/,
  /(?<!\d)(?:19|20)\d\d([./-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)/,
  /(?<!\d|\d[./-])(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])\/(?:19|20)?\d{2}(?!\d|[./-]\d)/,
  // ZIP+4 of the United States, social security numbers, postcodes of Brazil.
  /^\d{5}-\d{4}$/,
  /^\d{3}-\d{2}-\d{4}$/,
  /^\d{5}-\d{3}$/,
  // Opening hours: 09.00 - 17.30, 0900-1730.
  /^(?:[01]?\d|2[0-4])\.[0-5]\d ?[-–] ?(?:[01]?\d|2[0-4])\.[0-5]\d/,
  /^(?:[01]\d|2[0-4])[0-5]\d ?[-–] ?(?:[01]\d|2[0-4])[0-5]\d$/,
  // Coordinates, IPv4 addresses, amounts with points, ISBN.
  /^\d{1,3}\.\d{4,}(?: |$)/,
  /^\d{1,3}(?:\.\d{1,3}){3}$/,
  /^\d{1,3}(?:\.\d{3})+$/,
  /^97[89][ -]?\d[\d -]{8,}$/,
  // Separators that do not occur within one phone number.
  /[./–-]{2}|\(\)| [./–-] .* [./–-] /,
];
