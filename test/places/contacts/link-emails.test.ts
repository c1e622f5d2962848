import { describe, expect, it } from 'vitest';
import {
  addressesOfMailto,
  addressesOfProtected,
  protectedPartOf,
} from '../../../shared/places/contacts/link-emails.ts';
import { hideEmail } from './pages.ts';

describe('addressesOfMailto', () => {
  it.each<[string, string[]]>([
    ['mailto:a@acme.gr', ['a@acme.gr']],
    ['  MAILTO:a@acme.gr?subject=Hello,%20you@x.gr', ['a@acme.gr']],
    ['mailto:a@acme.gr,b@acme.gr;c@acme.gr', ['a@acme.gr', 'b@acme.gr', 'c@acme.gr']],
    ['mailto:a%40acme.gr', ['a@acme.gr']],
    ['mailto:%20a@acme.gr', [' a@acme.gr']],
    ['mailto:Acme%20%3Ca@acme.gr%3E', ['a@acme.gr']],
    ['mailto://a@acme.gr', ['a@acme.gr']],
    ['mailto:mailto:a@acme.gr', ['a@acme.gr']],
    ['mailto:100%@acme.gr', ['100%@acme.gr']],
    ['mailto:?subject=Share', ['']],
  ])('reads %s', (reference, addresses) => {
    expect(addressesOfMailto(reference)).toEqual(addresses);
  });
});

describe('addressesOfProtected', () => {
  it('undoes what Cloudflare does', () => {
    expect(addressesOfProtected('543d3a323b14353739317a3326')).toEqual(['info@acme.gr']);
    expect(addressesOfProtected(hideEmail('ἰ@acme.gr', 0xff))).toEqual(['ἰ@acme.gr']);
  });

  it.each(['', '5', '5a', '5a3', 'zz00', `5a${'00'.repeat(2_000)}`])('takes nothing from %j', (hex) => {
    expect(addressesOfProtected(hex)).toEqual([]);
  });
});

describe('protectedPartOf', () => {
  it('finds the hidden part of a link to Cloudflare’s page', () => {
    expect(protectedPartOf('/cdn-cgi/l/email-protection#5A3b')).toBe('5A3b');
    expect(protectedPartOf('https://acme.gr/cdn-cgi/l/email-protection#5a3b')).toBe('5a3b');
    expect(protectedPartOf('/cdn-cgi/l/email-protection')).toBeUndefined();
  });
});
