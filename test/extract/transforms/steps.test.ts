import { describe, expect, it } from 'vitest';
import { compileTransforms } from '../../../shared/extract/transforms/compile-transforms.ts';
import type { ConversionContext } from '../../../shared/extract/values/field-types.ts';
import { transformSchema } from '../../../shared/job/transform-schema.ts';
import { type Step, stepTexts, type TransformName } from '../../../shared/job/transforms.ts';
import type { Json } from '../../../shared/model.ts';
import { fieldsWith, parseJob } from '../compile-job.ts';

const context: ConversionContext = {
  base: () => ({ url: 'https://shop.example/list/', charset: 'utf-8' }),
  language: () => undefined,
  fetchedAt: '2025-03-04T12:00:00.000Z',
};

function run(steps: unknown[], from: Json, language?: string): Json | undefined {
  const { each, whole } = compileTransforms(transformSchema.parse(steps));
  const own = { ...context, language: () => language };
  const one = each(from, own);
  return one === undefined || whole === undefined ? one : whole(one, own);
}

const steps = Object.entries(stepTexts) as [TransformName, (typeof stepTexts)[TransformName]][];

describe('a step of transform', () => {
  it.each(steps)('%s does what its page says', (name, { example }) => {
    expect(typeof example.step === 'string' ? example.step : Object.keys(example.step)).toEqual(
      typeof example.step === 'string' ? name : [name],
    );
    expect(run([example.step], example.from)).toEqual(example.to);
  });

  it.each<[string, Step, Json]>([
    ['trim', 'trim', ' \n '],
    ['trim', { trim: 'x' }, 'xx x'],
    ['replace', { replace: { find: 'a', with: '' } }, 'aaa'],
    ['split', { split: ',' }, ' , ,'],
    ['match', { match: '\\d' }, 'none'],
    ['match', { match: 'a(b)?' }, 'a'],
    ['match all', { match: { regex: '\\d', all: true } }, 'none'],
    ['map', { map: { a: 1 } }, 'b'],
    ['map of an object', { map: { a: 1 } }, { a: 1 }],
    ['map of what every object has', { map: { a: 1 } }, 'constructor'],
    ['htmlToText', 'htmlToText', '<script>1</script>'],
    ['slug', 'slug', '!?'],
    ['url', 'url', 'https://'],
    ['email', 'email', 'me@localhost, @x.org'],
    ['number', 'number', 'many'],
    ['number, ambiguous', 'number', '1.299'],
    ['currency', 'currency', '$ 5'],
    ['currency', 'currency', 'C$ 5'],
    ['currency', 'currency', '100'],
    ['currency', 'currency', '5 dollars'],
    ['currency', 'currency', '5 ¢'],
    ['unit', 'unit', '12'],
    ['unit', 'unit', '5M'],
    ['unit', 'unit', '12a'],
    ['unit', 'unit', '12 kg or 5 lb'],
    ['unit', 'unit', '12 lamps'],
    ['date', { date: { format: 'dd.MM.yyyy' } }, '31.02.2025'],
    [
      'date that clocks skip',
      { date: { format: 'yyyy-MM-dd HH:mm', zone: 'Europe/Berlin' } },
      '2024-03-31 02:30',
    ],
    [
      'date that clocks have twice',
      { date: { format: 'yyyy-MM-dd HH:mm', zone: 'Europe/Berlin' } },
      '2024-10-27 02:30',
    ],
    ['currency', 'currency', '5 € (6 USD)'],
    ['date of seconds', { date: { format: 'X' } }, 'soon'],
    ['date of milliseconds taken for seconds', { date: { format: 'X' } }, '1741080600123000'],
    ['date', { date: { format: 'dd.MM.yyyy' } }, '1.2.25'],
    ['relativeDate', 'relativeDate', '12/03/2024'],
    ['relativeDate', 'relativeDate', 'yesterday or 3 days ago'],
    ['relativeDate', 'relativeDate', '1.5 hours ago'],
    ['relativeDate', 'relativeDate', '2 days, 3 hours ago'],
    ['relativeDate', 'relativeDate', '2d 3h ago'],
    ['relativeDate', 'relativeDate', 'half an hour ago'],
    ['relativeDate', 'relativeDate', '1 hour and a half ago'],
    ['relativeDate', 'relativeDate', 'the day before yesterday'],
    ['relativeDate', 'relativeDate', 'from now on'],
    ['relativeDate', 'relativeDate', 'today at 25:61'],
    ['relativeDate', { relativeDate: { locale: 'de' } }, 'vor 2 Tagen und 3 Stunden'],
    ['relativeDate', { relativeDate: { locale: 'fr' } }, 'il y a 2 heures et demie'],
    ['relativeDate', { relativeDate: { locale: 'ru' } }, '2 дня 3 часа назад'],
    ['phone', 'phone', '210 321-4567'],
    ['phone', { phone: { country: 'GR' } }, '1234'],
    ['sort', 'sort', [{ a: 1 }]],
    ['join', { join: ',' }, [{ a: 1 }]],
    ['first', 'first', [null]],
  ])('%s makes nothing of what it cannot read (%j, %j)', (_, step, from) => {
    expect(run([step], from)).toBeUndefined();
  });

  it.each<[Step[], Json, Json]>([
    [[{ replace: { find: '$', with: '$1' } }], 'a$', 'a$1'],
    [[{ replace: { regex: '\\bb', with: '[$&$$$1]' } }], 'b ab b', '[b$] ab [b$]'],
    [[{ replace: { regex: '^', with: '>' } }], 'ab', '>ab'],
    [[{ split: { regex: '\\s*[|·]\\s*' } }], 'a | b·c', ['a', 'b', 'c']],
    [[{ match: { regex: '(\\d+) cm', all: true } }], '10 cm × 20 cm', ['10', '20']],
    [['trim'], ' a ', 'a'],
    [[{ split: ';' }, 'number', 'sort', 'last'], '10; 9; 100', 100],
    [[{ split: ',' }, { split: ' ' }], 'a b, c', ['a', 'b', 'c']],
    [[{ split: ',' }, { map: { a: 1, c: 3 } }], 'a,b,c', [1, null, 3]],
    [[{ split: ',' }, { map: { a: 1, c: 3 } }, 'unique'], 'a,b,c,a', [1, 3]],
    [['first', 'upper'], ['a', 'b'], 'A'],
    [['unique'], 'a', ['a']],
    [['unique'], [{ a: 1 }, { a: 1 }, '1', 1], [{ a: 1 }, '1', 1]],
    [[{ join: '-' }], [1, true, 'x'], '1-true-x'],
    [['email'], 'mailto:Info@B%C3%BCro.example,x@Y.Org', 'x@y.org'],
    [['email'], '..a.b@c.de.', 'a.b@c.de'],
    [['slug'], 'Straße Αθήνα 北京', 'straße-αθηνα-北京'],
    [['number'], 5, 5],
    [['currency'], 'CHF 12.–', 'CHF'],
    [['unit'], '1,351 m', 'm'],
    [['unit'], '90 t', 't'],
    [['unit'], '-12.5 °C', '°C'],
    [['unit'], '45 m2', 'm2'],
    [['unit'], '100 km/h', 'km/h'],
    [['unit'], '12 kilograms', 'kilograms'],
    [['unit'], '7 %', '%'],
    [['currency'], '1 299 zł / szt.', 'PLN'],
    [['currency'], 'US$ 5', 'USD'],
    [['currency'], '₪5', 'ILS'],
    [['currency'], '₱5', 'PHP'],
    [['currency'], 'GH₵ 5', 'GHS'],
    [['currency'], '5,50 Euro', 'EUR'],
    [['currency'], '5 US dollars', 'USD'],
    [['currency'], 'A$5.00', 'AUD'],
    [['currency'], 'NT$1,200', 'TWD'],
    [['phone'], 'tel:+30 210 3214567', '+302103214567'],
    [[{ template: 'a{value}b{value:url}' }], '$1&', 'a$1&b%241%26'],
    [[{ date: { format: 'd MMMM yyyy', locale: 'el' } }], '4 Μαρτίου 2025', '2025-03-04'],
    [[{ date: { format: 'd. MMM yyyy HH:mm', locale: 'de' } }], '4. März 2025 09:30', '2025-03-04T09:30:00'],
    [[{ date: { format: 'yyyy-MM-dd HH:mm ZZZ' } }], '2025-03-04 09:30 +0200', '2025-03-04T07:30:00Z'],
    [[{ date: { format: 'X' } }], 1741080600, '2025-03-04T09:30:00Z'],
    [[{ date: { format: 'x' } }], '1741080600123', '2025-03-04T09:30:00.123Z'],
    [[{ date: { format: "yyyy 'h' MM" } }], '2025 h 03', '2025-03'],
    [[{ date: { format: 'd.M.yy' } }], '1.2.55', '1955-02-01'],
    [[{ date: { format: 'd.M.yy' } }], '1.2.49', '2049-02-01'],
    [['currency'], '5 € (EUR)', 'EUR'],
    [[{ date: { format: 'yyyy' } }], '2025', '2025'],
    [[{ date: { format: 'MM.yyyy' } }], '03.2025', '2025-03'],
    [[{ date: { format: 'LLLL yyyy', locale: 'de' } }], 'März 2025', '2025-03'],
    [[{ date: { format: "kkkk 'week' WW" } }], '2025 week 10', '2025-W10'],
    [[{ date: { format: 'kkkk WW E' } }], '2025 10 3', '2025-03-05'],
    [[{ date: { format: 'yyyy ooo' } }], '2025 063', '2025-03-04'],
    [[{ relativeDate: { locale: 'de' } }], 'vor 2 Tagen', '2025-03-02'],
    [['relativeDate'], 'Posted a minute ago', '2025-03-04T11:59:00Z'],
    [['relativeDate'], 'last month', '2025-02'],
    [['relativeDate'], '3 years ago', '2022'],
    [['relativeDate'], 'now', '2025-03-04T12:00:00Z'],
    [['relativeDate'], '5 mins ago', '2025-03-04T11:55:00Z'],
    [['relativeDate'], '2 hr ago', '2025-03-04T10:00:00Z'],
    [['relativeDate'], '3 hours from now', '2025-03-04T15:00:00Z'],
    [['relativeDate'], '3 days ago · 12 comments', '2025-03-01'],
    [['relativeDate'], 'Yesterday at 9:30 PM', '2025-03-03T21:30:00'],
    [[{ relativeDate: { zone: 'Pacific/Auckland' } }], 'yesterday, 9:30', '2025-03-03T20:30:00Z'],
    [[{ relativeDate: { locale: 'de' } }], 'vor 5 Min', '2025-03-04T11:55:00Z'],
    [[{ relativeDate: { locale: 'fr' } }], "aujourd'hui", '2025-03-04'],
    [[{ relativeDate: { locale: 'it' } }], "l'altro ieri", '2025-03-02'],
    [[{ relativeDate: { zone: 'Pacific/Auckland' } }], 'yesterday', '2025-03-04'],
    [[{ relativeDate: { locale: 'ja' } }], '3時間前に投稿', '2025-03-04T09:00:00Z'],
    [[{ relativeDate: { locale: 'ru' } }], '21 минуту назад', '2025-03-04T11:39:00Z'],
    [[{ relativeDate: { locale: 'ar' } }], 'قبل ٣ ساعات', '2025-03-04T09:00:00Z'],
  ])('%j of %j is %j', (some, from, to) => {
    expect(run(some, from)).toEqual(to);
  });

  it('reads words in the language of the page', () => {
    expect(run(['relativeDate'], 'hace 3 horas', 'es')).toBe('2025-03-04T09:00:00Z');
    expect(run(['relativeDate'], 'hace 3 horas')).toBeUndefined();
  });

  it.each([
    ['TOP 10', undefined],
    ['ALL 50', undefined],
    ['2 CUP', undefined],
    ['95 RON', undefined],
    ['COP 28', undefined],
    ['PHP 8.2', undefined],
    ['AWG 24', undefined],
    ['Euro 6', undefined],
    ['6 ft', undefined],
    ['30 sek', undefined],
    ['Buy ALL 5 for $10', undefined],
    ['PHP developer, 5 years', undefined],
    ['TOP 10 for 5 €', 'EUR'],
    ['TOP', 'TOP'],
    ['COP 26.000', 'COP'],
    ['COP $26000', 'COP'],
    ['₱500 PHP', 'PHP'],
    ['TRY 12.50', 'TRY'],
    ['250 MAD', 'MAD'],
    ['250 TRY / month', 'TRY'],
    ['250 TRY again', undefined],
    ['Price: MAD 250', 'MAD'],
    ['Euro 12,50', 'EUR'],
    ['5 Euro pro Monat', 'EUR'],
    ['29,99 RON', 'RON'],
    ['5.990 Ft', 'HUF'],
    ['SEK 299', 'SEK'],
    ['Prices in EUR: 5', 'EUR'],
  ])('tells currencies from words of the same letters: %s', (text, code) => {
    expect(run(['currency'], text)).toBe(code);
  });

  it.each([
    ['MAD 250', 'fr-MA', 'MAD'],
    ['MAD 250', 'en', undefined],
    ['29 RON', 'ro', 'RON'],
    ['990 ft', 'hu', 'HUF'],
    ['300 sek', 'sv', 'SEK'],
    ['300 sek', 'de', undefined],
  ])('and knows them in the language of their country: %s in %s', (text, language, code) => {
    expect(run(['currency'], text, language)).toBe(code);
  });
});

describe('a field with transform', () => {
  const body =
    '<ul><li>red, blue<li>red<li> <li>green</ul><b>Order #4711</b><script type=application/json>{"n":["a","b"]}</script>';

  it('goes through its steps after regex and before type', async () => {
    const fields = {
      number: { select: 'b', regex: '(#.*)', transform: [{ trim: '#' }], type: 'integer' },
      colours: { select: 'li', list: true, transform: [{ split: ',' }, 'unique', 'sort'] },
      parts: { select: 'li', list: true, transform: [{ split: ',' }] },
      upper: { select: 'li', list: true, transform: ['upper'] },
      text: { select: 'li', list: true, transform: [{ join: '; ' }] },
      lengths: { select: 'b', transform: [{ match: { regex: '\\d', all: true } }], type: 'integer' },
      names: { select: 'script', path: 'n', transform: ['upper', { join: '' }] },
      label: { page: 'label', transform: ['upper'] },
      none: { select: 'b', transform: [{ match: 'x' }], default: '-' },
    };
    expect(await fieldsWith(fields, body)).toEqual({
      number: 4711,
      colours: ['blue', 'green', 'red'],
      parts: ['red', 'blue', 'red', null, 'green'],
      upper: ['RED, BLUE', 'RED', null, 'GREEN'],
      text: 'red, blue; red; green',
      lengths: [4, 7, 1, 1],
      names: 'AB',
      label: 'PRODUCT',
      none: '-',
    });
  });

  it.each([
    [[{ nope: 1 }], /nope/],
    [['split'], /transform/],
    [[{ trim: 'a', join: 'b' }], /one step/],
    [[{}], /one step/],
    [[{ match: '(' }], /regular expression/],
    [[{ date: { format: 'DD.MM.YYYY' } }], /dd\.MM\.yyyy/],
    [[{ date: { format: '%d.%m.%y' } }], /dd\.MM\.yyyy/],
    [[{ date: { format: 'd MMMM' } }], /no year,/],
    [[{ date: { format: "HH:mm 'every day'" } }], /no year,/],
    [[{ date: { format: 'dd yyyy' } }], /month or day is guessed/],
    [[{ date: { format: 'MM.yyyy HH:mm' } }], /month or day is guessed/],
    [[{ date: { format: 'q yyyy' } }], /is guessed/],
    [[{ date: { format: 'WW yyyy' } }], /is guessed/],
    [[{ phone: { country: 'Greece' } }], /GR/],
    [[{ template: 'x' }], /\{value\}/],
    [[], /transform/],
  ])('refuses %j', (transform, message) => {
    const fields = { f: { select: 'b', transform } };
    expect(() => parseJob({ pages: { product: { fields } } })).toThrow(message);
  });
});

describe('a step that searches everywhere', () => {
  it('stops where that takes too long, on any text', () => {
    const text = 'a'.repeat(60_000);
    expect(() => run([{ match: { regex: 'a(?:.*b)?', all: true } }], text)).toThrow(/REGEX_TIMEOUT|ran for/);
    expect(run([{ match: { regex: 'a{60000}', all: true } }], text)).toEqual([text]);
  });
});
