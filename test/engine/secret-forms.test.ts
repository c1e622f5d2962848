import { describe, expect, it } from 'vitest';
import { formsOf, replaceSecret } from '../../shared/engine/secret-forms.ts';

/** With what each encoder escapes, and what none does. */
const secret = `k-12 "&'<é>/+%\\=ß😀{}#;x9`;

const inAddress = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const inAscii = (text: string) =>
  inJson(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const inMarkup = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** As servers write what was sent to them. */
const encoders: [string, (text: string) => string][] = [
  ['plain', (text) => text],
  ['encodeURIComponent', encodeURIComponent],
  ['RFC 3986, all but unreserved', inAddress],
  ['lower-case percent', (text) => inAddress(text).replace(/%../g, (code) => code.toLowerCase())],
  ['a form', (text) => new URLSearchParams({ '': text }).toString().slice(1)],
  ['percent twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['JSON', inJson],
  ['JSON in ASCII (Python)', inAscii],
  [
    'JSON in upper-case ASCII',
    (text) => inAscii(text).replace(/\\u..../g, (u) => `\\u${u.slice(2).toUpperCase()}`),
  ],
  ['JSON with \\/ (PHP)', (text) => inAscii(text).replaceAll('/', '\\/')],
  [
    'JSON for scripts in HTML (Rails, Django)',
    (text) => inJson(text).replace(/[&<>']/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  ['JSON within JSON', (text) => inJson(inJson(text))],
  ['HTML', inMarkup],
  ["HTML with &#039; (PHP's htmlspecialchars)", (text) => inMarkup(text).replaceAll("'", '&#039;')],
  [
    'HTML with &#34; and &#39; (Go, Jinja)',
    (text) => inMarkup(text).replaceAll('&quot;', '&#34;').replaceAll("'", '&#39;'),
  ],
  [
    'HTML with names of letters',
    (text) => inMarkup(text).replaceAll('é', '&eacute;').replaceAll('ß', '&szlig;'),
  ],
  [
    'HTML in hexadecimal (OWASP)',
    (text) => text.replace(/[^A-Za-z0-9]/gu, (c) => `&#x${c.codePointAt(0)?.toString(16)};`),
  ],
  ['JSON in an attribute', (text) => inMarkup(inJson(text))],
  ['an address in an attribute', (text) => inMarkup(encodeURIComponent(text))],
  ['hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64 within more', (text) => Buffer.from(`user:${text}|x`).toString('base64')],
];

const hide = (whole: string, text: string) =>
  formsOf([text], '[secret]').reduce((rest, form) => replaceSecret(rest, form, '[secret]'), whole);

describe('formsOf', () => {
  it.each(encoders)('finds a secret as it is in %s', (_, encode) => {
    const written = encode(secret);
    const hidden = hide(`<p>before ${written} after</p>`, secret);
    expect(hidden).toMatch(/^<p>before .{0,8}\[secret\].{0,8} after<\/p>$/);
    expect(hide(encode('another text of that kind'), secret)).not.toContain('[secret]');
  });

  it.each(encoders)('finds one with backslashes in a row as it is in %s', (_, encode) => {
    const slashes = 'key-1\\\\\\2\\9';
    expect(hide(`before ${encode(slashes)} after`, slashes)).toMatch(/^before .{0,8}\[secret\].{0,8} after$/);
  });

  it('finds one of several lines in a field of a form, and in an address, where parsers drop their ends', () => {
    const lines = 'first line\nsecond line';
    expect(hide('first line\r\nsecond line', lines)).toBe('[secret]');
    expect(hide('first%20linesecond%20line', lines)).toBe('[secret]');
    expect(hide('first%20line%0Asecond%20line', lines)).toBe('[secret]');
  });

  it('takes no longer for a page that is made to look like the secret', () => {
    const before = process.cpuUsage();
    const slashes = '\\'.repeat(60);
    hide(`${'\\'.repeat(20_000)}y`, `${slashes}x`);
    hide(`${'%25'.repeat(20_000)}y`, `${'%'.repeat(60)}x`);
    hide(`${'&amp;amp;'.repeat(20_000)}y`, `${'&'.repeat(60)}x`);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});
