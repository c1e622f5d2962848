import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeContacts } from '../../../shared/places/contacts/merge-contacts.ts';
import type { Contact } from '../../../shared/places/place.ts';

const home = 'https://www.acme.gr/';

function contact(kind: Contact['kind'], value: string, how: Contact['how'] = 'link', page = home): Contact {
  return { kind, value, page, how };
}

function profile(platform: string, value: string): Contact {
  return { ...contact('social', value), platform };
}

describe('mergeContacts', () => {
  it('leaves out what nothing was found of', () => {
    expect(mergeContacts([])).toEqual({});
    const email = contact('email', 'a@acme.gr');
    expect(mergeContacts([email])).toEqual({ emails: ['a@acme.gr'], contacts: [email] });
  });

  it('puts e-mails at the site’s own domain first, then what is certain', () => {
    const { emails } = mergeContacts([
      contact('email', 'web@agency.gr'),
      contact('email', 'guess@gmail.com', 'text'),
      contact('email', 'acme@gmail.com', 'data'),
      contact('email', 'written@acme.gr', 'text'),
      contact('email', 'info@acme.gr', 'protected'),
    ]);
    expect(emails).toEqual([
      'info@acme.gr',
      'written@acme.gr',
      'web@agency.gr',
      'acme@gmail.com',
      'guess@gmail.com',
    ]);
  });

  it('has each e-mail once, in lower case, from the first page it is most certain on', () => {
    const found = [
      contact('email', 'Info@acme.gr', 'text'),
      contact('email', 'info@ACME.gr', 'link', `${home}contact`),
      contact('email', 'info@acme.gr', 'link', `${home}about`),
    ];
    expect(mergeContacts(found).contacts).toEqual([
      contact('email', 'info@acme.gr', 'link', `${home}contact`),
    ]);
  });

  it('has each phone once, by its digits, certain ones first', () => {
    const { websitePhones } = mergeContacts([
      contact('phone', '2610 275678', 'text'),
      contact('phone', '2610 271234', 'text'),
      contact('phone', '(2610) 271234', 'data'),
      contact('phone', '+302610271234', 'link'),
    ]);
    expect(websitePhones).toEqual(['+302610271234', '2610 275678']);
  });

  it('chooses per platform the profile linked most often, else the first', () => {
    const { socials, contacts } = mergeContacts([
      profile('facebook', 'https://facebook.com/partner'),
      profile('facebook', 'https://facebook.com/acme'),
      profile('facebook', 'https://facebook.com/acme'),
      profile('x', 'https://x.com/acme'),
      profile('x', 'https://x.com/other'),
    ]);
    expect(socials).toEqual({ facebook: 'https://facebook.com/acme', x: 'https://x.com/acme' });
    expect(contacts).toHaveLength(2);
  });

  it('gives ten e-mails and ten phones at most', () => {
    const found = Array.from({ length: 20 }, (_, index) => [
      contact('email', `a${index}@acme.gr`),
      contact('phone', `26102712${10 + index}`),
    ]);
    const { emails, websitePhones, contacts } = mergeContacts(found.flat());
    expect(emails).toHaveLength(10);
    expect(websitePhones).toHaveLength(10);
    expect(contacts).toHaveLength(20);
  });

  it('gives no more than that of anything, and says of each where it was found', () => {
    const kind = fc.constantFrom<Contact['kind']>('email', 'phone', 'social');
    const how = fc.constantFrom<Contact['how']>('link', 'data', 'text', 'protected');
    const value = fc.oneof(fc.string(), fc.emailAddress(), fc.stringMatching(/^\d{7,12}$/));
    const any = fc.record({
      kind,
      how,
      value,
      page: fc.oneof(fc.string(), fc.webUrl()),
      platform: fc.constantFrom('x', '__proto__'),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 100 }), (found) => {
        const { emails = [], websitePhones = [], socials = {}, contacts = [] } = mergeContacts(found);
        expect(emails.length).toBeLessThanOrEqual(10);
        expect(websitePhones.length).toBeLessThanOrEqual(10);
        expect(contacts.map(({ value }) => value)).toEqual([
          ...emails,
          ...websitePhones,
          ...Object.values(socials),
        ]);
      }),
    );
  });
});
