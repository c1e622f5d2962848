import type { Json } from '../model.ts';

/** The settings of each step that has some. */
export interface TransformSettings {
  trim: string;
  replace: Replacement;
  split: string | { regex: string };
  match: string | { regex: string; all?: boolean | undefined };
  map: Record<string, string | number | boolean>;
  template: string;
  number: { locale: string };
  date: DateFormat;
  relativeDate: RelativeDate;
  phone: { country: string };
  join: string;
}

export type Replacement =
  | { find: string; regex?: undefined; with: string }
  | { regex: string; find?: undefined; with: string };

export interface RelativeDate {
  locale?: string | undefined;
  zone?: string | undefined;
}

export interface DateFormat extends RelativeDate {
  format: string;
}

/** Steps that may be written without settings. */
export const bareSteps = [
  'trim',
  'lower',
  'upper',
  'htmlToText',
  'markdown',
  'wordCount',
  'simhash',
  'language',
  'slug',
  'hash',
  'url',
  'email',
  'number',
  'currency',
  'unit',
  'relativeDate',
  'phone',
  'unique',
  'sort',
  'first',
  'last',
] as const;

export type BareStep = (typeof bareSteps)[number];
export type TransformName = BareStep | keyof TransformSettings;

/** One step of a field: a name, or a name with its settings. */
export type Step = BareStep | { [Name in keyof TransformSettings]?: TransformSettings[Name] | undefined };

interface StepText {
  what: string;
  /** A step as written, what it is given, and what it makes of that. Each is a test. */
  example: { step: Step; from: Json; to: Json };
}

const quotedPrice = { regex: '(\\d+),(\\d\\d)', with: '$1.$2' };

/** The one list of steps for docs/jobs.md. Those that take a list as a whole come last. */
export const stepTexts: { readonly [Name in TransformName]: StepText } = {
  trim: {
    what: 'Without white space at both ends; or without the characters that are named.',
    example: { step: { trim: '"-' }, from: '- "Lamp" -', to: 'Lamp' },
  },
  lower: { what: 'In lower case.', example: { step: 'lower', from: 'ÉCRU', to: 'écru' } },
  upper: { what: 'In upper case.', example: { step: 'upper', from: 'ab-12', to: 'AB-12' } },
  replace: {
    what: 'Every occurrence of a text (`find`) or a regular expression (`regex`), by `with`, where `$1` is the first group.',
    example: { step: { replace: quotedPrice }, from: '12,50 EUR', to: '12.50 EUR' },
  },
  split: {
    what: 'The parts between a separator, a text or `{ regex: … }`, as a list, trimmed, without those that are empty.',
    example: { step: { split: ',' }, from: 'oak, ash,, elm', to: ['oak', 'ash', 'elm'] },
  },
  match: {
    what: 'What a regular expression finds: its first group, or all of it. `{ regex: …, all: true }`: a list of all that it finds.',
    example: { step: { match: '#(\\d+)' }, from: 'Order #4711', to: '4711' },
  },
  map: {
    what: 'The value that stands for the text in this table. A text that is not in it is lost, and counted; for another value give the field a default.',
    example: { step: { map: { new: true, used: false } }, from: 'used', to: false },
  },
  template: {
    what: 'A text with the value in it: `{value}` as it is, `{value:url}` percent-encoded.',
    example: {
      step: { template: 'https://shop.example/p/{value:url}' },
      from: 'A/7',
      to: 'https://shop.example/p/A%2F7',
    },
  },
  htmlToText: {
    what: 'The text of markup, as `take: text` reads it.',
    example: { step: 'htmlToText', from: '<p>Salt &amp; <b>pepper</b></p>', to: 'Salt & pepper' },
  },
  markdown: {
    what: 'Markdown of markup, as `take: markdown` makes it; links are resolved by the page.',
    example: {
      step: 'markdown',
      from: '<h2>Notes</h2><p>See <a href="/a">the <b>list</b></a>:</p><ul><li>salt</ul>',
      to: '## Notes\n\nSee [the **list**](https://shop.example/a):\n\n- salt',
    },
  },
  wordCount: {
    what: 'The number of words, in scripts without spaces too.',
    example: { step: 'wordCount', from: "Don't panic, 世界!", to: 3 },
  },
  simhash: {
    what: 'A hash of 64 bits that is alike for texts that are alike: see "Near duplicates".',
    example: { step: 'simhash', from: 'The quick brown fox jumps over the lazy dog', to: '12833562df937670' },
  },
  language: {
    what: 'The language of a text as a tag such as `de`, by its letters and their sequences; null where that is not certain, as of fewer than 100 characters.',
    example: {
      step: 'language',
      from: 'Der Fuchs springt über den Hund. Er läuft in den Wald und schläft bis zum Abend unter einer alten Eiche, die dort steht.',
      to: 'de',
    },
  },
  slug: {
    what: 'Letters without accents and digits, in lower case, joined by hyphens.',
    example: { step: 'slug', from: 'Crème brûlée, 2 pièces', to: 'creme-brulee-2-pieces' },
  },
  hash: {
    what: 'SHA-256 of the text in UTF-8, in hexadecimal digits.',
    example: {
      step: 'hash',
      from: 'abc',
      to: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
  },
  url: {
    what: 'Resolved by the page, as `type: url`.',
    example: { step: 'url', from: '../p/7', to: 'https://shop.example/p/7' },
  },
  email: {
    what: 'The first e-mail address in the text, its domain in lower case; also of `mailto:`.',
    example: { step: 'email', from: 'Write to Ada.Byron@Shop.Example.', to: 'Ada.Byron@shop.example' },
  },
  number: {
    what: 'As `type: number`; `{ locale: … }` says how it is written.',
    example: { step: { number: { locale: 'de-DE' } }, from: '1.299,50 €', to: 1299.5 },
  },
  currency: {
    what: 'The ISO 4217 code of the currency beside an amount, where the sign means one alone: not of `$` and `kr`. A code that is a word as well (`TOP 10`, `COP 28`) counts where the amount is one of money (`COP 26.000`), the text says that it is a price, it ends the text (`250 MAD`), or the page is in the language of its country.',
    example: { step: 'currency', from: '12,50 €', to: 'EUR' },
  },
  unit: {
    what: 'The unit of measure behind a number, as it is written, for a field beside that of the number; also `%`. Not of letters that may scale the number, such as `5M`.',
    example: { step: 'unit', from: '1,351.5 m', to: 'm' },
  },
  date: {
    what: 'A date of this `format` (tokens of Unicode TR 35 as Luxon has them: `dd.MM.yyyy HH:mm`, `d MMMM yyyy`), as ISO 8601, of a format without a day or a month `2026-11` or `2026`; `X` and `x` alone are the seconds and milliseconds since 1970 of an API. `locale`: of the names of months, en by default. `zone`: the time zone of a time that names none; then it is in UTC.',
    example: {
      step: { date: { format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Athens' } },
      from: '04.03.2025 09:30',
      to: '2025-03-04T07:30:00Z',
    },
  },
  relativeDate: {
    what: 'A distance in words, such as "3 hours ago", "yesterday", "vor 2 Tagen", counted from when the page was fetched: a time in UTC for seconds to hours, a day for days and weeks, with its time in "yesterday at 9:30", `YYYY-MM` for months, `YYYY` for years; null for what is put together, such as "2 days, 3 hours ago". `locale`: default is the language of the page, else en. `zone`: in which a day begins, UTC by default.',
    example: { step: 'relativeDate', from: '3 hours ago', to: '2025-03-04T09:00:00Z' },
  },
  phone: {
    what: 'A telephone number as E.164, by the numbering plans of libphonenumber. `{ country: … }`: of numbers without a country code.',
    example: { step: { phone: { country: 'GR' } }, from: '210 321-4567', to: '+302103214567' },
  },
  unique: {
    what: 'Of a list: each entry once.',
    example: { step: 'unique', from: ['a', 'b', 'a'], to: ['a', 'b'] },
  },
  sort: {
    what: 'Of a list: numbers by size, then texts by their characters.',
    example: { step: 'sort', from: [10, 'b', 9, 'a'], to: [9, 10, 'a', 'b'] },
  },
  first: { what: 'Of a list: its first entry.', example: { step: 'first', from: ['a', 'b'], to: 'a' } },
  last: { what: 'Of a list: its last entry.', example: { step: 'last', from: ['a', 'b'], to: 'b' } },
  join: {
    what: 'Of a list: one text, with this between the entries.',
    example: { step: { join: ' / ' }, from: ['Home', 'Lamps'], to: 'Home / Lamps' },
  },
};

/** The name and the settings of a step as written. */
export function stepOf(step: Step): {
  name: TransformName;
  settings: TransformSettings[keyof TransformSettings] | undefined;
} {
  if (typeof step === 'string') return { name: step, settings: undefined };
  const [name = 'trim'] = Object.keys(step) as (keyof TransformSettings)[];
  return { name, settings: step[name] };
}
