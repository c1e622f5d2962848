import { describe, expect, it } from 'vitest';
import { phonesInText } from '../../../shared/places/contacts/text-phones.ts';

describe('phonesInText', () => {
  it.each([
    ['Tel. 2610271234', '2610271234'],
    ['Tel.2610271234', '2610271234'],
    ['Tel2610271234', '2610271234'],
    ['Τηλ.: 2610 271 234', '2610 271 234'],
    ['ΤΗΛΈΦΩΝΟ\n2610271234', '2610271234'],
    ['☎ 2610271234', '2610271234'],
    ['電話 03-1234-5679', '03-1234-5679'],
    ['T: 555 1234', '555 1234'],
    ['Tel/Fax: 2610 271234', '2610 271234'],
    ['Telefon und Fax: 030 252934', '030 252934'],
    ['call +1 (555) 867-5309 now', '+1 (555) 867-5309'],
    ['(+30 2610 271234)', '+30 2610 271234'],
    ['(2610 271234)', '2610 271234'],
    ['555.867.5309', '555.867.5309'],
    ['01 42 68 53 00', '01 42 68 53 00'],
    ['2610 271234 (9-17)', '2610 271234'],
    ['01.12.10.22.33', '01.12.10.22.33'],
    ['+33 (0)1 23 45 67 89', '+33 (0)1 23 45 67 89'],
    ['0211 - 2345671', '0211 - 2345671'],
    ['02102345671', '02102345671'],
    ['Fax 2610 279999\n2610 271234', '2610 271234'],
    ['in 2024, 2610 271234', '2610 271234'],
  ])('finds the number in %j', (text, phone) => {
    expect(phonesInText(text)).toEqual([phone]);
  });

  it('finds several in a row', () => {
    const text = 'Τηλ: 2610 271234 - 2610 275678 / 6971234569, +30 2610 270000 +30 2610 270001';
    expect(phonesInText(text)).toEqual([
      '2610 271234',
      '2610 275678',
      '6971234569',
      '+30 2610 270000',
      '+30 2610 270001',
    ]);
  });

  it.each([
    ['fewer than seven digits', 'Tel 271234'],
    ['more than fifteen', '2610 271234 271234 271234'],
    ['a date', 'since 01.04.2024'],
    ['a date with slashes', '8/05/2024'],
    ['a date, year first', '2024-04-01'],
    ['two dates', 'Tel 01.04.2024 - 30.09.2024'],
    ['years', '1998 2001 2004'],
    ['a range of years', '2019-2024'],
    ['opening hours', '09.00 - 17.30'],
    ['opening hours without points', '0900-1730'],
    ['a time after a number', '2610 27 12:30'],
    ['a price', '2 610 271,00'],
    ['a price with its currency behind', '261 027 123 €'],
    ['a price with its currency before', 'EUR 261 027 123'],
    ['an amount with points', '2.610.271'],
    ['an address on the internet', '192.168.100.100'],
    ['coordinates', '38.2466395 21.734574'],
    ['a share', '261 027 123%'],
    ['pages of a list', '1 2 3 4 5 6 7 8 9'],
    ['a list with longer ones', '1 2 3 4567 8910'],
    ['small numbers', '10 20 30 40 50'],
    ['a number without separators', 'item 261027123'],
    ['part of a code', 'AB2610 271234'],
    ['part of a code with a dash', 'AB-2610 271234'],
    ['a number sign', '#2610 271234'],
    ['a word behind', '2610 271234th'],
    ['an ISBN', '978-3-16-148410-0'],
    ['a fax', 'Fax: 2610 279999'],
    ['a telefax', 'Telefax: 2610 279999'],
    ['a Greek tax number', 'ΑΦΜ: 094 123 456'],
    ['a Greek tax number in dots', 'Α.Φ.Μ. 094123456'],
    ['a VAT number', 'VAT 094 123 456'],
    ['a VAT number after its country', 'USt-IdNr.: DE 094 123 456'],
    ['an account', 'IBAN: DE89 3704 0044 0532'],
    ['a placeholder', 'Tel 0000000000'],
  ])('finds none in %s', (_, text) => {
    expect(phonesInText(text)).toEqual([]);
  });

  it.each([
    ['GB', 'Call 020 7946 0958 today', ['020 7946 0958']],
    ['DE', 'Tel.: 030/12 34 56 78', ['030/12 34 56 78']],
    ['DK', 'Ring 33 12 34 56', ['33 12 34 56']],
    ['ES', '912 345 678', ['912 345 678']],
    ['PL', '22 123 45 67', ['22 123 45 67']],
    ['JP', '電話 03-1234-5678', ['03-1234-5678']],
    ['US', 'Austin TX 78701-2544 · Tel (512) 555-0147', ['(512) 555-0147']],
    ['DE', 'HRB 123456 B, Kunden-Nr. 0301234567', []],
    ['DE', 'PLZ 10115, Artikel 4006381333931', []],
    ['US', 'Order 555-0123-4567-89, ZIP 10001-1234', []],
    ['US', 'Posted on 03/27/2011', []],
    ['SE', '12 34 56 7', []],
  ])('in %s are those of its numbering plan: %j', (country, text, phones) => {
    expect(phonesInText(text, country)).toEqual(phones);
  });

  it.each([
    'New York, NY 10001-1234',
    'SSN 078-05-1120',
    'Part no. 555-12345',
    'CEP 01310-100',
    '〒100-0001',
    'Updated 01/15/2026 by us',
    'Ref 2024-000123',
    'NPI 1234567893',
  ])('are none in %j, wherever that is', (text) => {
    expect(phonesInText(text)).toEqual([]);
  });
});
