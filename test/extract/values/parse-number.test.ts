import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInteger, parseNumber } from '../../../shared/extract/values/parse-number.ts';

const locales =
  'en-US en-IN de-DE de-AT de-CH fr-FR fr-CH es-ES it-IT nl-NL pt-BR pt-PT pl-PL sv-SE nb-NO cs-CZ fi-FI hu-HU tr-TR ru-RU hi-IN ja-JP zh-CN ar-EG fa-IR he-IL bn-BD th-TH mr-IN'.split(
    ' ',
  );

describe('parseNumber', () => {
  it.each([
    ['1.234,50', 1234.5],
    ['1,234.50', 1234.5],
    ['1.234.567', 1234567],
    ['1,234,567.891', 1234567.891],
    ['12,34,567.00', 1234567],
    ['12,5', 12.5],
    ['1234.567', 1234.567],
    ['$12,500', 12500],
    ['73,460 €', 73460],
    ['0,125', 0.125],
    ['0,500', 0.5],
    ['1234,567', 1234.567],
    ['.5', 0.5],
    ['99 ¢', 0.99],
    ['129,000 DT', 129],
    ['1 299,000 TND', 1299],
    ['$129.900 COP', 129900],
    ['USD 12 EUR', undefined],
    ['$12 USD', 12],
    ['$49.95 ea', 49.95],
    ['₹499.00 (Inclusive of all taxes)', 499],
    ['12,99 € inkl. 19 % MwSt.', 12.99],
    ['£12.99 (inc. 20% VAT)', 12.99],
    ['1 euro', 1],
    ['12.99 20% off', undefined],
    ['$29 $19', undefined],
    ['29\n299', undefined],
    ['\n29\n', 29],
    ['12 kg (15 kg)', undefined],
    ['12 kg (26 lb)', 12],
    ['€29€19', undefined],
    ['29 €19', undefined],
    ['5¢/oz', 0.05],
    ['99.9 US¢', 0.999],
    ['12,5 ¢', 0.125],
    ['(99¢)', -0.99],
    ['12 a', 12],
    ['1\u00a0234,5', 1234.5],
    ['1\u202f234\u202f567', 1234567],
    ['1’234.50', 1234.5],
    ["1'234", 1234],
    ['$1,234.50', 1234.5],
    ['-$5', -5],
    ['$-5', -5],
    ['US$ 5', 5],
    ['R$ 1.234,50', 1234.5],
    ['5 €', 5],
    ['EUR 5,00', 5],
    ['$5.00 USD', 5],
    ['12,- €', 12],
    ['CHF 5.–', 5],
    ['Rs.500', 500],
    ['Rs. 1,500', 1500],
    ['1 299 kr', 1299],
    ['1,234円', 1234],
    ['\u2212 7', -7],
    ['+7', 7],
    ['(€5.00)', -5],
    ['(5.00 EUR)', -5],
    ['($1,234.50)', -1234.5],
    ['12 %', 12],
    ['%12', 12],
    ['١٬٢٣٤٫٥', 1234.5],
    ['१२३', 123],
    ['1.5e-7', 1.5e-7],
    [' 42 ', 42],
    ['-0', 0],
    ['1.899,-', 1899],
    ['€ 2.499,-', 2499],
    ['1.000.-', 1000],
    ['1,899.–', 1899],
    ['1.899:-', 1899],
    ['1.198,- Kr', 1198],
    ['1.899,—', 1899],
    ['Rp 31.500', 31500],
    ['12.500 ₫', 12500],
    ['1.727 Ft', 1727],
    ['CLP 12.990', 12990],
    ['R$ 1.234', 1234],
    ['1.299 TL', 1299],
    ['1.299 kr', 1299],
    ['423.923 KD', 423.923],
    ['BHD 1.250', 1.25],
    ['25,00 € *', 25],
    ['€30,40 **', 30.4],
    ['19,99 €/kg', 19.99],
    ['$426.20/EA', 426.2],
    ['$30.56/Month', 30.56],
    ['2,99 € / 100', undefined],
    ['¢99', undefined],
    ['1,500 ¢', undefined],
    ['$0.99¢', undefined],
    ['AU ¢ 99', undefined],
    ['19¢99', undefined],
    ['19⁹⁹ ¢', undefined],
    ['12a', undefined],
    ['184,20 €HT', 184.2],
    ['166,81 € iva inclusa', 166.81],
    ['£25.00 (tax incl.)', 25],
    ['€6.56 + VAT', 6.56],
    ['31,07 € (bez DPH)', 31.07],
    ['19,99 € inkl. MwSt. zzgl. Versand', 19.99],
    ['Price: $129.00', 129],
    ['běžná cena 28 270,00 Kč', 28270],
    ['$119. 95', 119.95],
    ['1.837, 32 €', 1837.32],
    ['$29, 19', undefined],
    ['€ 29, 19', undefined],
    ['CHF 12, 50', undefined],
    ['38, 40 cm', undefined],
    ['29, 19, 30 zł', undefined],
    ['NZD $100.70', 100.7],
    ['AU $59.95', 59.95],
    ['140,00 pln', 140],
    ['5 Swiss francs', 5],
    ['12 kg', 12],
    ['900 m', 900],
    ['4.7 km/h', 4.7],
    ['64 GB', 64],
    ['20 m²', 20],
    ['5 kilometers', 5],
    ['€ 610,', 610],
    ['25 €.', 25],
    ['12,50 €,', 12.5],
    ['5 kr.', 5],
    ['S/. 12', 12],
    ['12 B/.', 12],
    ['12 د.إ', 12],
    ['12 د.إ.', 12],
    ['1.250 د.أ', 1.25],
    ['12 ლარი', 12],
    ['12 人民币', 12],
    [': 3 250 000 €', 3250000],
    ['571.12坪', 571.12],
  ])('reads %j as %d', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each([
    '',
    'free',
    '10-20',
    '10 – 20',
    '$5 - $10',
    '1/2',
    '1 2',
    '12 34',
    '1,23,4',
    '1.234.56',
    '1,234.567.8',
    '555-123-4567',
    '123-456',
    '5 stars',
    '5M',
    '1.2k',
    '3 bn',
    '5 B',
    '$5 m',
    '2 million',
    '3 × 4 m',
    '5–7 days',
    '610,',
    '$1.299,',
    '€ 1.299,',
    '12 €/.',
    '12.500',
    '12,500',
    '-1.299',
    '(1,299)',
    '(12)',
    '(4.5)',
    '(12 %)',
    '(12 km)',
    '1.299 kg',
    '1,351 m',
    '1.250 %',
    'Price: 1.299',
    '12.500 €',
    '$12.500',
    '1,250 KD',
    '69 TL 41.90 TL',
    'Was: $124.95 Now: $0.00',
    '12, 34',
    '5.',
    '5-',
    '--5',
    '(-5)',
    '1e999',
    '5 € kg',
    '1,,234',
    '0,567.89',
    '0.123.456',
    '0 567',
    "0'567",
    '00.123.456',
    '0.567,-',
    '€',
    `${'9'.repeat(200)}`,
  ])('leaves %j alone', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  it.each([
    ['de-DE', '12.500', 12500],
    ['de-DE', '12,500', 12.5],
    ['en-US', '12,500', 12500],
    ['de-AT', '€ 1.234,50', 1234.5],
    ['fr-CH', '1 234.50 CHF', 1234.5],
    ['hi-IN', '₹12,34,567.50', 1234567.5],
    ['ar-EG', '1,234.5', 1234.5],
    ['de-DE', '1 234,5', 1234.5],
    ['en', '1,351 m', 1351],
    ['de', '90,5 t', 90.5],
    ['fr', '1 280 px', 1280],
    ['de', '3 Kilometer', 3],
    ['de', '12.500 €', 12500],
    ['en-IE', '€12.500', 12.5],
    ['de', '0,567', 0.567],
    ['en', '0.567', 0.567],
    ['fr', '0,567', 0.567],
    ['en', '007', 7],
  ])('keeps to the marks of %s in %j', (locale, text, value) => {
    expect(parseNumber(text, locale)).toBe(value);
  });

  it.each([
    ['de', '1.299', 1299],
    ['de', '1,299', 1.299],
    ['en', '1.299', 1.299],
    ['en', '1,299', 1299],
    ['de-CH', '1.299', 1.299],
    ['es-MX', '1,299', 1299],
    ['fr', '1,299', 1.299],
    ['fr', '1.299', undefined],
    ['de', '1.299 €', 1299],
    ['de', '1,759 €/l', 1.759],
    ['en-IE', '€1,299', 1299],
    ['en', 'Rp 31.500', 31500],
    ['de', '$1,299', 1299],
    ['de', '1,234.50', 1234.5],
    ['de', '1234.5', 1234.5],
  ])('lets a page in %s decide what the text leaves open: %j', (language, text, value) => {
    expect(parseNumber(text, undefined, { language: () => language })).toBe(value);
  });

  it('asks for the language of a page only where the text leaves it open', () => {
    const language = () => expect.unreachable();
    for (const text of ['12', '1.5', '1,234.5', '1.234.567', '$1,299', 'Rp 31.500', 'x'])
      parseNumber(text, undefined, { language });
  });

  it('takes the point of JSON for what it is there', () => {
    const context = { isMachineWritten: true };
    expect(parseNumber('1.299', undefined, context)).toBe(1.299);
    expect(parseNumber('1,299', undefined, context)).toBeUndefined();
    expect(parseNumber('1.299 €', undefined, context)).toBe(1.299);
  });

  it.each([
    ['de-DE', '1234.50'],
    ['en-US', '12,5'],
    ['en-US', '1.234,50'],
    // A mark of thousands has one to three digits before it, and three behind.
    ['en', '1234,567'],
    ['en', '12345,678'],
    ['en', '1234,567.8'],
    ['en', '1234,567 $'],
    ['en', '1,2345'],
    ['en', '1,234,56'],
    ['en', ',567'],
    ['de', '1234.567'],
    ['de-CH', '1234’567'],
    ['fr', '1234 567'],
    ['fr', '1 23'],
    ['hi', '123,45,678'],
    // Nobody writes zeros before the first group.
    ['en', '0,567'],
    ['en', '-0,567'],
    ['en', '$0,567'],
    ['en', '00,123'],
    ['en', '012,345'],
    ['en', '0,567.89'],
    ['en', '0,123,456'],
    ['en', '0,000'],
    ['hi', '0,12,345'],
    ['de', '0.567'],
    ['de', '0.567,89'],
    ['de', '0.567,-'],
    ['de-CH', '0’567'],
    ['fr', '0 567'],
    ['ar-EG', '٠٬٥٦٧'],
  ])('does not guess in %s at %j', (locale, text) => {
    expect(parseNumber(text, locale)).toBeUndefined();
  });

  it('reads back what Intl writes', () => {
    const options = fc.constantFrom<Intl.NumberFormatOptions>(
      {},
      { useGrouping: false },
      { style: 'percent' },
      { style: 'currency', currency: 'EUR' },
      { style: 'currency', currency: 'USD' },
      { style: 'currency', currency: 'CHF', currencyDisplay: 'code' },
      { style: 'currency', currency: 'INR', currencySign: 'accounting' },
      { style: 'currency', currency: 'SEK', currencyDisplay: 'narrowSymbol' },
    );
    const thousandths = fc.integer({ min: -2_000_000_000_000, max: 2_000_000_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...locales), options, thousandths, (locale, style, amount) => {
        const format = new Intl.NumberFormat(locale, {
          ...style,
          minimumFractionDigits: 2,
          maximumFractionDigits: 2,
        });
        const value = Math.round(amount / 10) / 100;
        const shown = style.style === 'percent' ? format.format(value / 100) : format.format(value);
        expect(parseNumber(shown, locale), `${locale} ${JSON.stringify(shown)}`).toBeCloseTo(value, 2);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws and never returns what is not finite', () => {
    const pieces = fc.constantFrom(
      '1',
      '23',
      '456',
      ',',
      '.',
      ' ',
      "'",
      '-',
      '(',
      ')',
      '€',
      'kr',
      'e',
      '٫',
      '٣',
      '%',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }),
        fc.constantFrom(undefined, 'de', 'hi'),
        (parts, locale) => {
          const value = parseNumber(parts.join(''), locale);
          expect(value === undefined || Number.isFinite(Number(value))).toBe(true);
        },
      ),
    );
  });
});

describe('parseInteger', () => {
  it.each([
    ['1,234,567', 1234567],
    ['3.0', 3],
    ['3.5', undefined],
    ['9007199254740993', '9007199254740993'],
    ['12,345,678,901,234,567,890', '12345678901234567890'],
    ['-00012345678901234567890', '-12345678901234567890'],
    ['9007199254740991', 9007199254740991],
  ])('reads %j as %s', (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });
});

describe('what stands beside a price', () => {
  it.each([
    ['￥12,800（税込）', 12800],
    ['（税込）12,800円', 12800],
    ['税込12,800円', 12800],
    ['12,800円(税抜)', 12800],
    ['＄１９．９９', 19.99],
    ['₩12,800 (부가세 포함)', 12800],
    ['2,50 €/100 ml', 2.5],
    ['2,50 € je 100 g', 2.5],
    ['€2.50 per 100g', 2.5],
    ['(2,50 €/100 ml)', 2.5],
    ['(24,95 €/kg)', 24.95],
    ['(€5.00)', -5],
    ['5 €/Nacht', 5],
    ['1299 元/月', 1299],
    ['₹1,299/-', 1299],
    ['Rs. 1,299/-', 1299],
    ['19€99', 19.99],
    ['1.299€00', 1299],
    ['nur 49,90 €', 49.9],
    ['UVP 49,90 €', 49.9],
    ['$5 each', 5],
    ['14.00 SGD / Each', 14],
    ['40.00/each', 40],
    ['5,00 €*¹', 5],
    ['82 dB(A)', 82],
    ['82 dB (A)', 82],
    ['30 ºC', 30],
  ])('is understood in %s', (text, number) => {
    const doubts: unknown[] = [];
    expect(parseNumber(text, undefined, { onDoubt: (other) => doubts.push(other) })).toBe(number);
    expect(doubts).toEqual([]);
  });

  it.each([
    ['ab 49,90 €', 49.9],
    ['from $49.90', 49.9],
    ['Starting at: $49.90', 49.9],
    ['Preis ab: 49,90 €', 49.9],
    ['starting at $49.90', 49.9],
    ['à partir de 49,90 €', 49.9],
    ['à partir de : 49,90 €', 49.9],
    ['od 49,90 zł/szt.', 49.9],
    ['12,800円～', 12800],
    ['12,800円〜（税込）', undefined],
    ['now from £1,299', 1299],
    ['29, 19 zł', 29.19],
    ['118, 99 TL', 118.99],
  ])('is a bound, or perhaps a list, in %s: the value is in doubt', (text, number) => {
    const doubts: unknown[] = [];
    expect(parseNumber(text, undefined, { onDoubt: (other) => doubts.push(other) })).toBe(number);
    expect(doubts).toEqual(number === undefined ? [] : [text]);
  });

  it.each([
    'ab 5',
    'From: 5',
    'from 5 kg',
    'from 5 to 7 €',
    'up to $5',
    'bis 5 €',
    '$9.99 & under',
    'nur 5',
    'ca. 50 €',
    '2,50 €/100 Wochen',
    '5 €/100',
    '5/100 ml',
    '5 kg/100 ml',
    '19€9',
    '19€999',
    '19,99€99',
    '10 € 20',
    '5 €/abc',
    '5 Gracht',
    '5 € cabernet',
  ])('is more than a number in %s', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});
