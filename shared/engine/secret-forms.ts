import { type EscapedText, escapedText } from './escaped-text.ts';

/** A text that must not be stored, and the placeholder for it. */
export interface SecretText {
  text: string;
  placeholder: string;
  /** Finds it as encoders write it, and as it is. Absent where they all leave it as it is. */
  escaped?: EscapedText;
}

/** The forms in which a page, an address or an error may echo texts. */
export function formsOf(texts: string[], placeholder: string): SecretText[] {
  const whole = texts.map((text): SecretText => {
    const escaped = escapedText(text);
    return { text, placeholder, ...(escaped === undefined ? {} : { escaped }) };
  });
  const coded = texts.map((text) => Buffer.from(text).toString('base64').replace(/=+$/, ''));
  const parts = texts.flatMap(asPartOfCode).filter((part) => !coded.includes(part));
  return [
    ...whole,
    ...[...new Set(coded)].map((text): SecretText => ({ text, placeholder })),
    // No variable stands for these: they are what an encoder makes of a longer text.
    ...[...new Set(parts)].map((text): SecretText => ({ text, placeholder: '[secret]' })),
  ];
}

export function replaceSecret(whole: string, { text, escaped }: SecretText, by: string): string {
  return escaped === undefined ? whole.replaceAll(text, () => by) : escaped.replaceIn(whole, by, 'text');
}

/** Shorter parts would garble other text. */
const minPartChars = 10;

/** What hexadecimal digits and Base64 (RFC 4648 §4 and §5) have of a text within a longer one, wherever it begins there. */
function asPartOfCode(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  const parts = [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((before) => base64Within(text, before))];
  return parts.filter((part) => part.length >= minPartChars);
}

/** The characters that are of the text alone, with `before` bytes (modulo 3) in front of it and any behind. */
function base64Within(text: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
  const [first, end] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return (['base64', 'base64url'] as const).map((form) => bytes.toString(form).slice(first, end));
}
