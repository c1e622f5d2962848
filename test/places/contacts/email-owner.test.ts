import { describe, expect, it } from 'vitest';
import { isOwnEmail } from '../../../shared/places/contacts/email-owner.ts';

const hosts = ['acme.gr', 'shop.beta.com'];

describe('isOwnEmail', () => {
  it.each([
    'info@acme.gr',
    'info@mail.acme.gr',
    'info@beta.com',
    'a@gmail.com',
    'a@yahoo.gr',
    'a@yahoo.co.uk',
    'a@hotmail.it',
    'a@outlook.com.gr',
    'a@gmx.at',
    'a@web.de',
    'a@otenet.gr',
    'a@libero.it',
    'a@wanadoo.fr',
    'a@seznam.cz',
    'a@mail.ru',
    'a@qq.com',
  ])('is true of %s', (email) => {
    expect(isOwnEmail(email, hosts)).toBe(true);
  });

  it.each([
    'info@agency.gr',
    'info@notacme.gr',
    'info@eta.com',
    'info@a.com',
    'info@cme.gr',
    'info@op.beta.com',
    'info@xshop.beta.com',
    'info@acme.gr.evil.com',
    'a@gmail.com.evil.com',
    'a@notgmail.com',
  ])('is false of %s', (email) => {
    expect(isOwnEmail(email, hosts)).toBe(false);
  });
});
