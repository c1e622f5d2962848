import { describe, expect, it } from 'vitest';
import { checkEmail } from '../../../shared/places/contacts/check-email.ts';

describe('checkEmail', () => {
  it.each([
    ['Info@ACME.gr', 'info@acme.gr'],
    [' first.last+tag@sub.acme.co.uk ', 'first.last+tag@sub.acme.co.uk'],
    ['info@müller.de', 'info@müller.de'],
    ['info@xn--mller-kva.de', 'info@xn--mller-kva.de'],
    ['info@παράδειγμα.ελ', 'info@παράδειγμα.ελ'],
    ['abcdef1234567890abcdef1@acme.gr', 'abcdef1234567890abcdef1@acme.gr'],
  ])('takes %s', (candidate, email) => {
    expect(checkEmail(candidate)).toBe(email);
  });

  it.each([
    ['nothing', ''],
    ['no domain', 'info@'],
    ['no local part', '@acme.gr'],
    ['a host without a dot', 'root@localhost'],
    ['a number for a domain', 'react@18.2.0'],
    ['two dots in a row', 'info@acme..gr'],
    ['a dot at the beginning', '.info@acme.gr'],
    ['a dot before the at sign', 'info.@acme.gr'],
    ['a label that ends with a dash', 'info@acme-.gr'],
    ['spaces', 'info @acme.gr'],
    ['a local part too long', `${'x'.repeat(65)}@acme.gr`],
    ['a domain too long', `a@${'x.'.repeat(130)}gr`],
    ['a placeholder', 'you@example.com'],
    ['a placeholder below another domain', 'you@mail.example.org'],
    ['a placeholder of templates', 'name@yourdomain.com'],
    ['an error tracker', 'abc@o123.ingest.sentry.io'],
    ['a firm’s own error tracker', 'abc@sentry.acme.io'],
    ['a site builder’s error tracker', 'abc@sentry-next.wixpress.com'],
    ['a site builder', 'abc@wixpress.com'],
    ['a vocabulary', 'x@schema.org'],
    ['a picture', 'logo@2x.png'],
    ['a picture of another kind', 'team@home.webp'],
    ['a size', 'logo@2x.studio'],
    ['a package', 'lodash@latest.min.js'],
    ['24 hexadecimal digits', '605a7baede844d278b89dc95@acme.gr'],
  ])('refuses %s', (_, candidate) => {
    expect(checkEmail(candidate)).toBeUndefined();
  });
});
