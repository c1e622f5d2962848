import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContacts } from '../../../shared/places/contacts/read-contacts.ts';
import { greek, handWritten, hideEmail, impressum, wix, wordPress } from './pages.ts';

function read(html: string, page: string, site = page) {
  return readContacts(html, { page: new URL(page), site: new URL(site) });
}

/** `how kind value`, once each. */
function found(html: string, page = 'https://www.acme.gr/', site = page): string[] {
  const { contacts } = read(html, page, site);
  return [...new Set(contacts.map(({ how, kind, value }) => `${how} ${kind} ${value}`))];
}

describe('readContacts on pages of several styles', () => {
  it('reads a WordPress page behind Cloudflare', () => {
    expect(found(wordPress, 'https://smilestudio.gr/')).toEqual([
      'link social https://facebook.com/smilestudio.patras',
      'link social https://instagram.com/smilestudio.patras',
      'link phone +302610221234',
      'protected email info@smilestudio.gr',
      'data social https://facebook.com/smilestudio.patras',
      'data social https://x.com/smilestudio_gr',
      'data phone +30 261 022 1234',
      'data social https://youtube.com/channel/UCabcdefghijklmnopqrstuv',
      'text phone 261 022 1234',
      'text phone 697 123 4561',
    ]);
    expect(read(wordPress, 'https://smilestudio.gr/').pages).toEqual([
      'https://smilestudio.gr/contact/',
      'https://smilestudio.gr/about-us/',
    ]);
  });

  it('reads a Wix page', () => {
    expect(found(wix, 'https://www.cafeanton.de/')).toEqual([
      'link email cafe.anton@gmail.com',
      'link social https://instagram.com/cafe_anton',
      'text phone 030 / 252 93 40',
      'text phone +49 (0)171 2345670',
    ]);
    expect(read(wix, 'https://www.cafeanton.de/').pages).toEqual([
      'https://www.cafeanton.de/kontakt-1',
      'https://www.cafeanton.de/impressum',
    ]);
  });

  it('reads a hand-written page of the nineties, which ends in the middle of a tag', () => {
    expect(found(handWritten, 'http://joesgarage.com/')).toEqual([
      'link email joe@joesgarage.com',
      'link social https://x.com/joesgarage',
      'text phone (555) 867-5309',
    ]);
    expect(read(handWritten, 'http://joesgarage.com/').pages).toEqual([
      'http://www.joesgarage.com/pages/contact.htm',
    ]);
  });

  it('reads a Greek page', () => {
    expect(found(greek, 'http://taverna-giannis.gr/el')).toEqual([
      'link social https://wa.me/306971234569',
      'link social https://tripadvisor.com/Restaurant_Review-g189488-d1234567-Reviews-Taverna_Giannis-Patras.html',
      'text email taverna-giannis@otenet.gr',
      'text phone 2610 271234',
      'text phone 6971234569',
    ]);
    expect(read(greek, 'http://taverna-giannis.gr/el').pages).toEqual([
      'http://taverna-giannis.gr/el/epik',
      new URL('http://taverna-giannis.gr/el/σχετικά-με-εμάς').href,
    ]);
  });

  it('reads a German Impressum', () => {
    expect(found(impressum, 'https://www.mueller-sohn.de/impressum')).toEqual([
      'link social https://linkedin.com/company/mueller-sohn',
      'text email info@mueller-sohn.de',
      'text phone +49 (0) 89 / 12 34 56-0',
    ]);
  });
});

describe('readContacts', () => {
  it('says which page each contact is from', () => {
    const { contacts } = read('<a href="tel:2610271234">', 'https://acme.gr/contact', 'https://acme.gr/');
    expect(contacts).toEqual([
      { kind: 'phone', value: '2610271234', page: 'https://acme.gr/contact', how: 'link' },
    ]);
  });

  it('keeps linked addresses whatever their domain, and written ones at the site or at a mailbox provider', () => {
    const html =
      '<a href="mailto:acme@partner.gr">x</a> info@acme.gr, boss@shop.acme.gr, a@gmail.com, b@partner.gr';
    expect(found(html)).toEqual([
      'link email acme@partner.gr',
      'text email info@acme.gr',
      'text email boss@shop.acme.gr',
      'text email a@gmail.com',
    ]);
  });

  it('counts what Cloudflare hides as written, but as linked where the link is hidden', () => {
    const written = `<a href="/cdn-cgi/l/email-protection" data-cfemail="${hideEmail('a@partner.gr')}">x</a>`;
    expect(found(written)).toEqual([]);
    const linked = `<a href="/cdn-cgi/l/email-protection#${hideEmail('a@partner.gr?subject=x')}">x</a>`;
    expect(found(linked)).toEqual(['protected email a@partner.gr']);
  });

  it('takes the host a website redirected to for its own', () => {
    const html = 'info@acme.com <a href="/contact">x</a>';
    expect(found(html, 'https://acme.com/', 'http://acme.gr/')).toEqual(['text email info@acme.com']);
    expect(read(html, 'https://acme.com/', 'http://acme.gr/').pages).toEqual(['https://acme.com/contact']);
  });

  it('knows a site with a name in another script by its ASCII form', () => {
    expect(found('info@müller.de', 'https://xn--mller-kva.de/')).toEqual(['text email info@müller.de']);
  });

  it('reads no scripts, styles, templates, comments or attributes as text', () => {
    const inner = 'info@acme.gr +30 2610 271234';
    const html = `<script>${inner}</script><style>${inner}</style><template><p>${inner}</p></template><!-- ${inner} --><img alt="${inner}">`;
    expect(found(html)).toEqual([]);
    expect(found(`${html}<p>${inner}`)).toHaveLength(2);
  });

  it('does not join what stands in separate blocks', () => {
    const html = '<div>one@acme.gr</div><div>two@acme.gr</div><td>2610 271</td><td>234 567</td>';
    expect(found(html)).toEqual(['text email one@acme.gr', 'text email two@acme.gr']);
    expect(found('in<b>fo</b>@<span>acme</span>.gr')).toEqual(['text email info@acme.gr']);
  });

  it('takes for a platform’s page, where that is the website, no other profile there', () => {
    const html =
      '<a href="/acme">Acme</a><a href="/other">Other</a><a href="https://instagram.com/acme">I</a>';
    expect(found(html, 'https://www.facebook.com/acme/')).toEqual([
      'link social https://facebook.com/acme',
      'link social https://instagram.com/acme',
    ]);
  });

  it('repeats a profile as often as it is linked, and nothing else', () => {
    const html =
      '<a href="https://t.me/acme_gr">x</a><a href="mailto:a@acme.gr">x</a><a href="tel:2610271234">x</a>';
    const kinds = read(html.repeat(3), 'https://acme.gr/').contacts.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['email', 'phone', 'social', 'social', 'social']);
  });
});

describe('readContacts on hostile pages', () => {
  const pieces = fc.constantFrom(
    '<a href="',
    'mailto:',
    'tel:',
    '">',
    '</a>',
    '<script type="application/ld+json">',
    '{"email":["a@acme.gr"',
    '}',
    '</script>',
    '<div>',
    '<template>',
    '@',
    'acme.gr',
    '[at]',
    ' ',
    '210 271 2345',
    '+',
    '(',
    '%',
    '%ff',
    '&#64;',
    '<meta property="og:url" content=',
    'https://facebook.com/',
    'https://wa.me/%ff',
    'data-cfemail="5a',
    '<base href=',
    '//[',
    '\ud800',
    'έ',
    '<!--',
    '-->',
    'x'.repeat(70),
  );
  const html = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }).map((parts) => parts.join('')),
  );

  it('never throws, and gives contacts of known kinds and at most two pages', () => {
    fc.assert(
      fc.property(html, (text) => {
        const { contacts, pages } = read(text, 'https://acme.gr/');
        for (const { value } of contacts) expect(value).not.toBe('');
        for (const page of pages) expect(page).toMatch(/^https:\/\/(www\.)?acme\.gr\/[^#]*$/);
        expect(pages.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[what: string, make: (index: number) => string, contacts: number, pages: number]>([
    ['addresses', (index) => `<a href="mailto:a${index}@acme.gr">b${index}@acme.gr</a>`, 50, 0],
    ['phones', (index) => `<a href="tel:2610${100_000 + index}">2611 ${100_000 + index}</a>`, 50, 0],
    ['profiles', (index) => `<a href="https://facebook.com/acme${index}">x</a>`, 200, 0],
    ['pages', (index) => `<a href="/contact/${index}">contact</a>`, 0, 2],
  ])('gives a bounded number of %s', (_, make, contacts, pages) => {
    const many = Array.from({ length: 5_000 }, (_, index) => make(index)).join('');
    const answer = read(many, 'https://acme.gr/');
    expect([answer.contacts.length, answer.pages.length]).toEqual([contacts, pages]);
  });

  it('reads the first million characters', () => {
    const late = '<p>info@acme.gr</p>';
    expect(found(`${' '.repeat(999_000)}${late}`)).toHaveLength(1);
    expect(found(`${' '.repeat(1_000_000)}${late}`)).toEqual([]);
  });

  it('reads what stands before elements nested beyond all reason', () => {
    expect(found(`<p>a@acme.gr</p>${'<div>'.repeat(100_000)}b@acme.gr`)).toEqual(['text email a@acme.gr']);
  });

  /** A quadratic step takes minutes for these; the test's time limit is the assertion. */
  it.each<[string, string]>([
    ['open elements', '<div>'],
    ['unknown end tags', '</x>'],
    ['at signs', '@'],
    ['addresses without an end', 'a.'],
    ['local parts without an end', 'a'],
    ['digits', '1'],
    ['digits and dashes', '1 - '],
    ['numbers', '2610 271234, '],
    ['open brackets', '('],
    ['bracketed at signs', 'a [at] '],
    ['spaces', ' '],
    ['open angle brackets', '<'],
    ['links', '<a href=/contact>'],
    ['percent signs', '<a href="mailto:%'],
    ['starts of data', '<script type="application/ld+json">{'],
    ['nested data', '['],
  ])('takes very many %s', (_, piece) => {
    const head = piece === '[' ? '<script type="application/ld+json">' : '';
    const many = head + piece.repeat(300_000 / piece.length);
    expect(read(many, 'https://acme.gr/').contacts.length).toBeLessThanOrEqual(300);
    expect(read(`<a href="${many}`, 'https://acme.gr/').contacts).toEqual([]);
    expect(read(`<a href="mailto:${many}">`, 'https://acme.gr/').contacts.length).toBeLessThanOrEqual(300);
  });
});
