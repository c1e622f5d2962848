import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../../../shared/extract/values/parse-date.ts';

describe('parseDate', () => {
  it.each([
    ['2024-03-12', '2024-03-12'],
    ['2024/3/12', '2024-03-12'],
    ['2024. 03. 12.', '2024-03-12'],
    ['2024年3月12日', '2024-03-12'],
    ['2024-03-12T10:30', '2024-03-12T10:30:00'],
    ['2024-03-12 10:30:15', '2024-03-12T10:30:15'],
    ['2024-03-12T10:30:15Z', '2024-03-12T10:30:15Z'],
    ['2024-03-12T10:30:15.123456+02:00', '2024-03-12T08:30:15.123Z'],
    ['2024-03-12T23:30-0500', '2024-03-13T04:30:00Z'],
    ['Tue, 12 Mar 2024 10:00:00 +0100', '2024-03-12T09:00:00Z'],
    ['Tue, 12 Mar 2024 10:00:00 +0100 (CET)', '2024-03-12T09:00:00Z'],
    ['12 Mar 24 10:00 EST', '2024-03-12T15:00:00Z'],
    ['Tue Mar 12 10:00:00 2024', '2024-03-12T10:00:00'],
    ['12 March 2024', '2024-03-12'],
    ['March 12, 2024', '2024-03-12'],
    ['Tuesday, March 12th, 2024', '2024-03-12'],
    ['Sept. 1, 2024', '2024-09-01'],
    ['1st of May 2024', '2024-05-01'],
    ['12-Mar-2024', '2024-03-12'],
    ['March 12, 2024 at 3:05 PM', '2024-03-12T15:05:00'],
    ['March 12, 2024, 12:05 a.m.', '2024-03-12T00:05:00'],
    ['12 März 2024', '2024-03-12'],
    ['12 mars 2024', '2024-03-12'],
    ['12 de marzo de 2024', '2024-03-12'],
    ['12 de março de 2024', '2024-03-12'],
    ['12.03.2024', '2024-03-12'],
    ['12.3.24', '2024-03-12'],
    ['31/12/2024', '2024-12-31'],
    ['12/31/2024', '2024-12-31'],
    ['03/03/2024', '2024-03-03'],
    ['1/1/70', '1970-01-01'],
    ['29 February 2024', '2024-02-29'],
    ['18.10.2014, 22:56 Uhr', '2014-10-18T22:56:00'],
    ['12. März 2024, 14.30 Uhr', '2024-03-12T14:30:00'],
    ['12. März 2024, 15 Uhr', '2024-03-12T15:00:00'],
    ['12 mars 2024 à 15h', '2024-03-12T15:00:00'],
    ['12 marzo 2024, ore 14.30', '2024-03-12T14:30:00'],
    ['12. marts 2024 kl. 14.30', '2024-03-12T14:30:00'],
    ['5. heinäkuuta 2018 klo 5.45', '2018-07-05T05:45:00'],
    ['5.7.2018 5.45 ip.', '2018-07-05T17:45:00'],
    ['12 maart 2024 om 14:30 uur', '2024-03-12T14:30:00'],
    ['March 12, 2024 at 2pm', '2024-03-12T14:00:00'],
    ['March 12, 2024, 3 p.m.', '2024-03-12T15:00:00'],
    ['March 12, 2024, noon', '2024-03-12T12:00:00'],
    ['March 12, 2024, midnight', '2024-03-12T00:00:00'],
    ['10:06am Dec 11, 2014', '2014-12-11T10:06:00'],
    ['12 March 2024 14:30 CET', '2024-03-12T13:30:00Z'],
    ['12. März 2024 14:30 (MEZ)', '2024-03-12T13:30:00Z'],
    ['2024年3月12日 14時30分', '2024-03-12T14:30:00'],
    ['2024年3月12日 15時', '2024-03-12T15:00:00'],
    ['2016年9月14日晚8:00', '2016-09-14T20:00:00'],
    ['2024년 3월 12일 오후 2:30', '2024-03-12T14:30:00'],
    ['2024-03-12T15Z', '2024-03-12T15:00:00Z'],
    ['le 11 décembre 2014', '2014-12-11'],
    ['12 de junio del 2012', '2012-06-12'],
    ['Tues 9th Aug, 2015', '2015-08-09'],
    ['20. studenoga 2010. @ 07:28', '2010-11-20T07:28:00'],
    ['23 декември 2013 15:10:01', '2013-12-23T15:10:01'],
    ['17 กุมภาพันธ์ 2012', '2012-02-17'],
    ['2016年6月29', '2016-06-29'],
    ['2016年6月29号', '2016-06-29'],
    ['2016年6月29日(水)', '2016-06-29'],
    ['2016年6月29 11:30', '2016-06-29T11:30:00'],
    ['２０１６年６月２９日', '2016-06-29'],
    ['24년 3월 12일', '2024-03-12'],
    ['令和6年3月12日', '2024-03-12'],
    ['令和元年5月1日', '2019-05-01'],
    ['平成28年6月29日', '2016-06-29'],
    ['民國113年3月12日', '2024-03-12'],
    ['1 сер 2015', '2015-08-01'],
    ['2015-кві-12', '2015-04-12'],
    ['10 листоп 2017, 10:00:00', '2017-11-10T10:00:00'],
    ['12 бер. 2024', '2024-03-12'],
    ['24 ян 2015г.', '2015-01-24'],
    ['12 ноем. 2024', '2024-11-12'],
    ['13. studenog 1989.', '1989-11-13'],
    ['12 Hulyo 2003', '2003-07-12'],
    ['28 दिसम्बर 2000', '2000-12-28'],
  ])('reads %j as %s', (text, iso) => {
    expect(parseDate(text)).toBe(iso);
  });

  it.each([
    '',
    'yesterday',
    '31 February 2024',
    '29 February 2023',
    '2024-13-01',
    '2024-02-30',
    '12 March',
    '12-14 March 2024',
    '12 March April 2024',
    '03/04/2024',
    '3-4-2024',
    '03/04/24',
    '03/04/2024 10:30',
    '24年3月12日',
    '2016年6月299',
    '1.2.3',
    '12/13/14/15',
    '2024-03-12T25:00',
    '2024-03-12T10:61',
    '13:00 PM 12 March 2024',
    'posted 12 March 2024 by Ann',
    '1710237600',
    '2024-03-12T10:00:00+99:99',
    '12/3-2024',
    '12 March 2024 14:30 IST',
    '12 March 2024 25 Uhr',
    '12.03.2024 13pm',
    '29.02.2020 13.12',
    '12 March 2024 noon 14:30',
  ])('leaves %j alone', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it.each([
    ['2024', '2024'],
    ['2024年', '2024'],
    ['March 2024', '2024-03'],
    ['Sept. 2024', '2024-09'],
    ['März 2024', '2024-03'],
    ['2024, March', '2024-03'],
    ['марта 2024 г.', '2024-03'],
    ['2024-03', '2024-03'],
    ['03/2024', '2024-03'],
    ['3.2024', '2024-03'],
    ['2016年6月', '2016-06'],
    ['2024년 3월', '2024-03'],
    ['มีนาคม 2567', '2024-03'],
  ])('gives no day to %j', (text, iso) => {
    expect(parseDate(text)).toBe(iso);
  });

  it.each([
    '24',
    '0000',
    '5781',
    'R6.3.12',
    '20241',
    'in 2024',
    '© 2024',
    'March 24',
    'March 2024 10:30',
    'March–April 2024',
    'Q1 2024',
    '2010/11',
    '2010–12',
    '2024-13',
    '2024-00',
    '2023-24',
    '13/2024',
    '0/2024',
    '2023 2024',
    '10.03.2024 2025',
    '10:30',
    'مارس 1446',
  ])('sees no month or year alone in %j', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it.each([
    ['en-US', '03/04/2024', '2024-03-04'],
    ['en-GB', '03/04/2024', '2024-04-03'],
    ['de-DE', '3.4.24', '2024-04-03'],
    ['de-DE', '12. März 2024 um 10:30', '2024-03-12T10:30:00'],
    ['fr-FR', '1er avril 2024 à 10h30', '2024-04-01T10:30:00'],
    ['es-ES', 'mar, 12 abr 2024', '2024-04-12'],
    ['es-ES', '12 mar 2024', '2024-03-12'],
    ['pl-PL', '12 marca 2024', '2024-03-12'],
    ['ru-RU', '12 марта 2024 г.', '2024-03-12'],
    ['ar-EG', '١٢ مارس ٢٠٢٤', '2024-03-12'],
    ['ko-KR', '2024년 3월 12일 화요일', '2024-03-12'],
    ['sv-SE', '31/12/2024', '2024-12-31'],
  ])('reads the dates of %s: %j', (locale, text, iso) => {
    expect(parseDate(text, locale)).toBe(iso);
  });

  it.each([
    ['de', '03/04/2024', '2024-04-03'],
    ['fr', '03-04-2024', '2024-04-03'],
    ['en-GB', '03/04/2024', '2024-04-03'],
    ['en-US', '03/04/2024', '2024-03-04'],
    ['en', '03/04/2024', undefined],
    ['sv', '03/04/2024', undefined],
    ['en-US', '03.04.2024', undefined],
    ['de', '03.04.2024', '2024-04-03'],
    ['de', '12/31/2024', '2024-12-31'],
    ['ko', '24.05.06', '2024-05-06'],
    ['ja', '24/05/06', '2024-05-06'],
    ['de', '24.05.06', '2006-05-24'],
  ])('lets a page in %s decide what the text leaves open: %j', (language, text, iso) => {
    expect(parseDate(text, undefined, () => language)).toBe(iso);
  });

  it.each([
    ['en-US', '31/12/2024'],
    ['en-GB', '12/31/2024'],
    ['sv-SE', '03/04/2024'],
  ])('does not guess in %s at %j', (locale, text) => {
    expect(parseDate(text, locale)).toBeUndefined();
  });

  it.each([
    ['1 มกราคม 2568', undefined, undefined, '2025-01-01'],
    ['29 กุมภาพันธ์ 2567', 'th', undefined, '2024-02-29'],
    ['15/03/2568', 'th', undefined, '2025-03-15'],
    ['๑๕/๐๓/๒๕๖๘', undefined, undefined, '2025-03-15'],
    ['2568-01-02 10:30', undefined, 'th', '2025-01-02T10:30:00'],
    ['15/03/2025', 'th', undefined, '2025-03-15'],
    ['2568-01-02', undefined, undefined, '2568-01-02'],
    ['2568-01-02', undefined, 'de', '2568-01-02'],
    ['۱۴۰۳/۰۱/۰۱', undefined, undefined, undefined],
    ['1403/01/01', 'fa', undefined, undefined],
    ['1403-01-01', undefined, 'fa', undefined],
    ['١٤٤٦/٠٩/٠١', undefined, undefined, undefined],
    ['1446-09-01', 'ar-SA', undefined, undefined],
    ['٢٠٢٥/٠١/٠٢', 'ar', undefined, '2025-01-02'],
    ['14 October 1066', undefined, 'ar', '1066-10-14'],
    ['1492-10-12', undefined, 'es', '1492-10-12'],
  ])(
    'takes the year of %s (%s, on a page in %s) for none of another calendar',
    (text, locale, language, date) => {
      expect(parseDate(text, locale, () => language)).toBe(date);
    },
  );

  it('reads back what Intl writes', () => {
    const locales =
      'en-US en-GB en-CA de-DE de-AT fr-FR fr-CA es-ES es-MX it-IT nl-NL pt-BR pt-PT sv-SE nb-NO da-DK fi-FI pl-PL cs-CZ hu-HU ro-RO tr-TR ru-RU uk-UA el-GR hi-IN ja-JP zh-CN ko-KR ar-EG he-IL id-ID ca-ES hr-HR sk-SK bg-BG th-TH'.split(
        ' ',
      );
    const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
    const style = fc.constantFrom('full', 'long', 'medium', 'short');
    const formats = new Map<string, Intl.DateTimeFormat>();
    fc.assert(
      fc.property(fc.constantFrom(...locales), style, day, (locale, dateStyle, date) => {
        const key = `${locale} ${dateStyle}`;
        const format =
          formats.get(key) ??
          new Intl.DateTimeFormat(locale, { dateStyle, calendar: 'gregory', timeZone: 'UTC' });
        formats.set(key, format);
        const shown = format.format(date);
        expect(parseDate(shown, locale), `${key} ${shown}`).toBe(date.toISOString().slice(0, 10));
      }),
      { numRuns: 2_000 },
    );
  });

  it('returns existing days for anything that looks like a date', () => {
    const number = fc.nat(2_100).map(String);
    const mark = fc.constantFrom('-', '/', '.', ' ', ' March ', ' mai ', 'T10:30');
    fc.assert(
      fc.property(number, mark, number, mark, number, (first, one, second, two, third) => {
        const iso = parseDate(`${first}${one}${second}${two}${third}`);
        if (iso !== undefined)
          expect(new Date(`${iso.slice(0, 10)}T00:00Z`).toISOString()).toContain(iso.slice(0, 10));
      }),
    );
  });
});
