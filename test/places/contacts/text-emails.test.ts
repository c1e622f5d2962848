import { describe, expect, it } from 'vitest';
import { addressesInText } from '../../../shared/places/contacts/text-emails.ts';

describe('addressesInText', () => {
  it.each([
    ['a sentence', 'Write to info@acme.gr.', 'info@acme.gr'],
    ['quotes and brackets', '("info@acme.gr")', 'info@acme.gr'],
    ['a label without a space', 'Email:info@acme.gr', 'info@acme.gr'],
    ['another script next to it', 'Γράψτεinfo@acme.grΤηλ', 'info@acme.gr'],
    ['a dash after it', 'info@acme.gr- Tel', 'info@acme.gr'],
    ['an encoded space before it', '%20info@acme.gr', 'info@acme.gr'],
    ['letters of other scripts in the domain', 'info@müller.de', 'info@müller.de'],
    ['[at]', 'info[at]acme.gr', 'info@acme.gr'],
    ['[at] between spaces', 'info [at] acme.gr', 'info@acme.gr'],
    ['(at) without spaces', 'info(at)acme.gr', 'info@acme.gr'],
    ['(at) between spaces, and (dot)', 'info (at) acme (dot) gr', 'info@acme.gr'],
    ['{ät} and [punkt]', 'info{ät}acme[punkt]de', 'info@acme.de'],
  ])('finds an address with %s', (_, text, address) => {
    expect(addressesInText(text)).toEqual([address]);
  });

  it.each([
    ['(at) in prose', 'we are (at) acme.gr'],
    ['(at) in prose, with a hidden dot far behind', 'we are (at) acme.gr or acme (dot) gr'],
    ['(at) without a domain', 'look(at)this'],
    ['a handle', 'follow @acme.gr'],
    ['a domain that a line ends in', 'info@\nacme.gr'],
    ['no top-level domain', 'info@acme'],
    ['a number after it', 'info@acme.g2'],
  ])('finds none in %s', (_, text) => {
    expect(addressesInText(text)).toEqual([]);
  });

  it('does not cut the beginning off an address that is too long', () => {
    expect(addressesInText(`${'x'.repeat(100)}@acme.gr`)).toEqual([`${'x'.repeat(65)}@acme.gr`]);
  });
});
