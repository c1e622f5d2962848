import { describe, expect, it } from 'vitest';
import { readContacts } from '../../../shared/places/contacts/read-contacts.ts';
import { checkPhone } from '../../../shared/places/contacts/valid-phone.ts';

describe('checkPhone', () => {
  it.each([
    ['030/12 34 56 78', 'DE', { isPossible: true, isValid: true, e164: '+493012345678' }],
    ['+49 (0) 89 / 1234-5678', 'US', { isPossible: true, isValid: true, e164: '+498912345678' }],
    ['0049 89 12345678', undefined, { isPossible: true, isValid: true, e164: '+498912345678' }],
    ['12', 'DE', { isPossible: false, isValid: false }],
    ['030 12345678', undefined, undefined],
    ['030 12345678', 'XX', undefined],
  ])('of %j in %s', (phone, country, check) => {
    expect(checkPhone(phone, country)).toEqual(check);
  });
});

describe('readContacts', () => {
  it('gives phones as they are written, and in E.164 beside', () => {
    const url = new URL('https://acme.example/');
    const html = '<a href="tel:030 12345678">call</a> or 089 / 1234 5678, Berlin 10115-2544';
    const { contacts } = readContacts(html, { page: url, site: url, country: 'DE' });
    expect(contacts.map(({ value, e164, how }) => [value, e164, how])).toEqual([
      ['030 12345678', '+493012345678', 'link'],
      ['089 / 1234 5678', '+498912345678', 'text'],
    ]);
  });
});
