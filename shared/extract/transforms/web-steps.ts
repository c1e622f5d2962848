import { createHash } from 'node:crypto';
import type { TransformSettings } from '../../job/transforms.ts';
import { loadPhones } from '../../text/phones.cjs';
import { resolveUrl } from '../links/resolve-url.ts';
import { markdownOf } from '../markdown/to-markdown.ts';
import { parseDocument } from '../tree/document.ts';
import { digitsOf, textOf } from '../values/text.ts';
import type { TextStep } from './transform.ts';

/** The text of markup, as `take: text` reads it. */
export const htmlToText: TextStep = (markup) => textOf(parseDocument(markup, false)) || undefined;

/** As `htmlToText`, with raised digits as such, for steps that read them. */
export const htmlToDigits: TextStep = (markup) => digitsOf(parseDocument(markup, false), false) || undefined;

/** Markdown of markup, as `take: markdown` makes it. */
export const markdown: TextStep = (markup, { base }) => markdownOf(parseDocument(markup, false), base());

/** A text without anything leads nowhere. */
export const url: TextStep = (text, { base }) =>
  text.trim() === '' ? undefined : resolveUrl(text.trim(), base());

/** `undefined` for a text without letters and digits. */
export const slug: TextStep = (text) => {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || undefined;
};

export const hash: TextStep = (text) => createHash('sha256').update(text).digest('hex');

/** The name of a valid e-mail address of the HTML Standard, without the domain; the domain has two labels at least. */
const address =
  /[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.){1,8}[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])/;

/** The local part is kept as written, since only its own host knows what its case means (RFC 5321, 2.4). */
export const email: TextStep = (text) => {
  const at = text.indexOf('@');
  if (at === -1) return undefined;
  const [found, domain = ''] = address.exec(text.replace(/^\s*mailto:/i, '')) ?? [];
  return found === undefined
    ? undefined
    : found.slice(0, -domain.length).replace(/^\.+/, '') + domain.toLowerCase();
};

export function template(pattern: TransformSettings['template']): TextStep {
  return (text) =>
    pattern.replace(/\{value(:url)?\}/g, (_, isUrl?: string) =>
      isUrl === undefined ? text : encodeURIComponent(text.toWellFormed()),
    );
}

/** E.164 of a number that its country has given out. Without a country only of one that begins with its country code. */
export function phone(settings: TransformSettings['phone'] | undefined): TextStep {
  const { parsePhoneNumberFromString, isSupportedCountry } = loadPhones();
  const home = settings?.country;
  const country = home !== undefined && isSupportedCountry(home) ? home : undefined;
  return (text) => {
    const number = parsePhoneNumberFromString(text.replace(/^\s*tel:/i, ''), country);
    return number?.isValid() ? number.number : undefined;
  };
}
