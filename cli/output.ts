import type { Json } from '../shared/model.ts';
import { type Paint, paintFor } from '../shared/text/paint.ts';
import { wrapLine } from '../shared/text/text-width.ts';
import { carrySettings } from './settings-flag.ts';

/** The output of a command: text for people, or one JSON object per line. */
export interface Output {
  isJson: boolean;
  paint: Paint;
  /** A line of the result, on stdout. Text only. */
  line(text?: string): void;
  /** Progress and remarks, on stderr; with JSON an object of type `note`. */
  note(text: string): void;
  /** The result, on stdout. JSON only. */
  data(value: object): void;
}

/** `settings`: the file that this command was given, for the commands that it prints. */
export function openOutput(isJson: boolean, settings?: string): Output {
  const data = (value: object) => {
    if (isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  return {
    isJson,
    paint: paintFor(process.stdout),
    data,
    line(text = '') {
      const said = carrySettings(text, settings);
      if (!isJson) process.stdout.write(`${fitted(printable(said), process.stdout)}\n`);
    },
    note(given) {
      const text = carrySettings(given, settings);
      if (isJson) data({ type: 'note', message: text });
      else process.stderr.write(`${clearLine(process.stderr)}${fitted(printable(text), process.stderr)}\n`);
    },
  };
}

/** Lines for a terminal are broken between words; for another program they are left whole. */
function fitted(text: string, { isTTY, columns }: NodeJS.WriteStream): string {
  if (!isTTY || columns === undefined || columns < minColumns) return text;
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

/** Narrower than this, lines are not broken. */
const minColumns = 40;

/** Removes a `^C` that the terminal has shown. */
function clearLine({ isTTY }: NodeJS.WriteStream): string {
  return isTTY ? '\r\u001b[K' : '';
}

/**
 * Texts of pages and files are untrusted: they must not move the cursor, rename the window, reverse the line or be
 * invisible (Unicode TR36, "Bidirectional Text Spoofing"). Such characters are shown as `\\u202e`. Colours stay.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * Control characters except tabs, line feeds and colours; direction marks; characters without width. Joiners stay
 * where scripts and emoji need them.
 */
const unprintable = new RegExp(
  [
    '\\u001b(?!\\[\\d{1,2}m)',
    '[\\u0000-\\u0008\\u000b-\\u001a\\u001c-\\u001f\\u007f-\\u009f]',
    '[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]',
    '[\\u{e0000}-\\u{e0fff}]',
    '(?<![\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Gujarati}])[\\u200c\\u200d]',
  ].join('|'),
  'gu',
);

/** A value on one line of at most `width` characters. */
export function compact(value: Json | object, width: number): string {
  const text = JSON.stringify(value);
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
