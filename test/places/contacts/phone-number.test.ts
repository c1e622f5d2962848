import { describe, expect, it } from 'vitest';
import { isSamePhone, phoneOf, phoneOfLink } from '../../../shared/places/contacts/phone-number.ts';

describe('phoneOfLink', () => {
  it.each([
    ['tel:+302610271234', '+302610271234'],
    [' TEL: +30%202610%20271234', '+30 2610 271234'],
    ['tel:+30-2610-271234;ext=12', '+30-2610-271234'],
    ['callto:2610271234', '2610271234'],
    ['tel:(2610)271234', '(2610)271234'],
    ['tel:+49(0)30123456', '+49(0)30123456'],
    ['tel:Tel. 2610 271234', '2610 271234'],
    ['tel:18300', '18300'],
  ])('reads %s', (reference, phone) => {
    expect(phoneOfLink(reference)).toBe(phone);
  });

  it.each([
    'tel:',
    'tel:yourphone',
    'tel:112',
    'tel:0000000000',
    'tel:+1111111111',
    'tel:1234567890',
    'tel:0123456789',
    'tel:1234567890123456',
  ])('refuses %s', (reference) => {
    expect(phoneOfLink(reference)).toBeUndefined();
  });
});

describe('phoneOf', () => {
  it('finds the number among words', () => {
    expect(phoneOf('Tel.:\n+30\u00a02610 271234 (9-5)')).toBe('+30 2610 271234');
    expect(phoneOf('(2610 271234)')).toBe('2610 271234');
    expect(phoneOf('call us')).toBeUndefined();
  });
});

describe('isSamePhone', () => {
  it.each([
    ['+30 2610 271234', '2610271234'],
    ['0030 2610 271234', '+302610271234'],
    ['+49 (0)30 2529340', '030 / 252 93 40'],
    ['+39 06 1234 5678', '06 12345678'],
    ['+1 (555) 867-5309', '555.867.5309'],
  ])('takes %s and %s for one', (one, other) => {
    expect(isSamePhone(one, other)).toBe(true);
    expect(isSamePhone(other, one)).toBe(true);
  });

  it.each([
    ['2610271234', '2610271235'],
    ['18300', '2618300'],
    ['+302610271234', '271234'],
  ])('tells %s and %s apart', (one, other) => {
    expect(isSamePhone(one, other)).toBe(false);
  });
});
