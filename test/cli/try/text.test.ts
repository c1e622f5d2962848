import { describe, expect, it } from 'vitest';
import type { Trial } from '../../../cli/try/page.ts';
import { itemLines, trialLines } from '../../../cli/try/text.ts';
import { refusalMeanings } from '../../../shared/engine/counts.ts';
import { explainCode } from '../../../shared/errors.ts';
import type { Item, ItemMark, PageFact } from '../../../shared/model.ts';
import { plain } from '../../../shared/text/paint.ts';

const url = 'http://shop.test/i/1';
const fact: PageFact = {
  ...{ kind: 'page', url, label: 'item', depth: 0, attempt: 1, end: 'stored' },
  ...{ status: 200, bytes: 12_300, ms: 250 },
};
const options = { paint: plain, limit: 2, width: 100, labels: ['item', 'list'] };

/** Of a stored page without anything on it. */
function trialOf(changes: Partial<Trial> = {}): Trial {
  const lists = { hops: [], items: [], links: [], next: [], made: [], refusedLinks: [], selectors: [] };
  const robots = { state: 'found', isAllowed: true, crawlDelayMs: 0 } as const;
  return { url, label: 'item', robots, fact, ...lists, refused: {}, structured: [], ...changes };
}
const linesOf = (changes: Partial<Trial> = {}) => trialLines(trialOf(changes), options);
/** Those that a page without anything on it does not have. */
function added(changes: Partial<Trial>): string[] {
  const usual = new Set(linesOf());
  return linesOf(changes).filter((line) => !usual.has(line));
}
const item = (fields: Item['fields'], more: Partial<Item> = {}): Item => ({
  item: 'book',
  url,
  fields,
  ...more,
});

describe('trialLines of a page', () => {
  it('says what was fetched, what robots.txt has, its label, and what is on it', () => {
    expect(linesOf({ contentType: 'text/html' })).toEqual([
      url,
      '  page    status 200, text/html, 12 kB, 250 ms',
      '  robots  allowed by robots.txt',
      '  label   item',
      '  items   0',
      '  links   0 links to follow',
    ]);
  });

  it('begins with where it was led', () => {
    const hops = [{ url: 'http://shop.test/old', code: 'REDIRECTED', to: url }];
    expect(linesOf({ hops })[0]).toBe(`http://shop.test/old\n  REDIRECTED → ${url}`);
  });

  it('says that nothing was fetched, through which proxy it was, or that it is cached', () => {
    const { status: _status, bytes: _bytes, ms: _ms, ...bare } = fact;
    expect(added({ fact: bare })).toEqual(['  page    not fetched']);
    expect(added({ proxy: 'http://p.test:1' })).toEqual([
      '  page    status 200, 12 kB, 250 ms, through http://p.test:1',
    ]);
    const fetchedAt = new Date(Date.now() - 90_000).toISOString();
    expect(added({ fact: { ...fact, isCached: true, fetchedAt } })).toEqual([
      '  page    status 200, 12 kB, from the cache, fetched 1 m 30 s ago',
    ]);
    // Of a page that is not cached, the time is no matter.
    expect(added({ fact: { ...fact, fetchedAt } })).toEqual([]);
  });

  it.each([
    ['failed', 'failed '],
    ['retry', 'failed '],
    ['skipped', 'skipped'],
    ['stored', 'but    '],
  ] as const)('that is %s says why, and what to do but for trying it', (end, word) => {
    const lines = added({ fact: { ...fact, end, code: 'HTTP_404' } });
    expect(lines[0]).toBe(`  ${word} HTTP_404: ${explainCode('HTTP_404').happened}`);
    expect(lines.join('\n')).not.toContain('spinneret try');
    const own = added({ fact: { ...fact, end, code: 'HTTP_404', message: 'no such page' } });
    expect(own[0]).toBe(`  ${word} HTTP_404: no such page`);
  });

  it('has neither items nor links where it was not stored', () => {
    const lines = linesOf({ fact: { ...fact, end: 'failed' }, items: [item({ a: 1 })] });
    expect(lines.at(-1)).toBe('  label   item');
  });

  it('without a label says which there are', () => {
    expect(added({ label: '' })).toEqual([
      '  label   none of the page labels matches (item, list); a run would not follow a link to it',
      '          name one with --page LABEL, or add a match',
    ]);
  });

  it.each<[Partial<Trial['robots']>, string]>([
    [{ state: 'ignored' }, 'not asked (politeness.robots: ignore)'],
    [{ state: 'unreachable' }, 'robots.txt is unreachable, so nothing may be fetched'],
    [{ state: 'absent' }, 'allowed: the host has no robots.txt'],
    [{ isAllowed: false }, 'forbidden by robots.txt'],
    [
      { crawlDelayMs: 2_000, refusedUse: 'ai-train' },
      'allowed by robots.txt, crawl-delay 2.0 s, pages refused for ai-train',
    ],
  ])('of the robots.txt %j says %s', (changes, text) => {
    const robots = { ...trialOf().robots, ...changes };
    expect(added({ robots })).toEqual([`  robots  ${text}`]);
  });

  it('shows what was signed, and what it was read as', () => {
    expect(added({ signed: '"@path": /\n"@method": GET' })).toEqual([
      '  signed  as follows (RFC 9421, the signature base)',
      '          "@path": /',
      '          "@method": GET',
    ]);
    const readAs = { kind: 'csv', about: 'CSV, 2 rows', paths: ['a', 'b'] };
    expect(added({ readAs })).toEqual(['  kind    CSV, 2 rows', '          paths: a, b']);
    expect(added({ readAs: { ...readAs, paths: [] } })).toEqual(['  kind    CSV, 2 rows']);
  });
});

describe('trialLines of a page in a browser', () => {
  const answer = {
    method: 'GET',
    url: 'http://shop.test/api',
    status: 200,
    contentType: 'application/json',
    bytes: 12,
  };
  const head =
    '  asked   by its scripts; a rest source takes JSON without a browser, render.from: xhr with one';
  const line = '          GET http://shop.test/api 200, application/json, 12 B';

  it('says what its scripts asked for, what they sent, and which values the answers hold', () => {
    const holding = { ...answer, sent: '{"q":1}', holds: { price: 'a.b', name: 'a.c' } };
    expect(added({ asked: [holding, { ...answer, sent: 'x' }] as Trial['asked'] & object })).toEqual([
      head,
      line,
      '            sent   "{\\"q\\":1}"',
      '            holds  price at a.b, name at a.c',
      line,
    ]);
  });

  it('names eight of them', () => {
    const asked = (count: number) => added({ asked: Array.from({ length: count }, () => answer) as never });
    expect(asked(0)).toEqual([]);
    expect(asked(8)).toEqual([head, ...Array.from({ length: 8 }, () => line)]);
    expect(asked(10).at(-1)).toBe('          and 2 more');
    expect(asked(10)).toHaveLength(1 + 8 + 1);
  });
});

describe('trialLines of items', () => {
  const one = item({ a: 1 });

  it('shows as many as asked for, and counts the others and those that are incomplete', () => {
    expect(added({ items: [one, one] })).toEqual([
      '  items   2',
      ...['    book', '      a  1', '    book', '      a  1'],
    ]);
    expect(added({ items: [one, one, { ...one, missing: ['b'] }] })).toEqual([
      '  items   3, 1 of them incomplete',
      ...['    book', '      a  1', '    book', '      a  1'],
      '    … and 1 more; --limit 3 shows all',
    ]);
  });

  it('shows fields below one another, up to a width, and what is wrong with them', () => {
    const of = item(
      { name: 'One', priceOfTheBookInTheShopToday: 'x'.repeat(200) },
      {
        lost: [{ field: 'stock', step: 'select' }],
        misfits: [
          { path: 'price', keyword: 'minimum', reason: 'less than 1', found: '0' },
          { path: '', keyword: 'type', reason: 'no object', found: '[]' },
        ],
        missing: ['stock'],
      },
    );
    expect(itemLines(of, { paint: plain, width: 60 })).toEqual([
      '    book',
      `      ${'name'.padEnd(24)}  "One"`,
      // As wide as the line, less 24 of the longest name that is padded to and 10 of what is around.
      `      priceOfTheBookInTheShopToday  "${'x'.repeat(24)}…`,
      '      stock has no value: nothing is selected',
      '      price is not as the schema has it: less than 1, found 0',
      '      the item is not as the schema has it: no object, found []',
      '      incomplete without stock',
    ]);
    expect(itemLines(item({ a: 'x'.repeat(200) }), { paint: plain, width: 10 })[1]).toBe(
      `      a  "${'x'.repeat(18)}…`,
    );
    expect(itemLines(item({}), { paint: plain, width: 10 })).toEqual(['    book']);
  });

  it.each<[ItemMark, string]>([
    [{ kind: 'from', field: 'price', source: 'jsonld' }, 'price is from jsonld'],
    [
      { kind: 'mended', field: '', found: '&nbsp;' },
      'its page is XML with &nbsp;, which XML does not define: taken as in HTML',
    ],
    [{ kind: 'mended', field: 'price' }, 'price is from data that was broken or partly code, and mended'],
    [{ kind: 'detected', field: 'lang' }, 'lang is by the text: the page states no language'],
    [
      { kind: 'damaged', field: 'name' },
      "name has bytes that are no characters of the page's encoding (U+FFFD)",
    ],
    [{ kind: 'ambiguous', field: 'day', found: '2026-02-01' }, 'day is ambiguous: it may be 2026-02-01'],
    [{ kind: 'ambiguous', field: '', found: '3 rows' }, 'its list is ambiguous: it may be 3 rows'],
    [{ kind: 'row', field: '', source: 'short' }, 'its row has fewer cells than there are columns'],
    [
      { kind: 'heading', field: '', source: 'unnamed', found: 'column2' },
      'its table has columns without a heading, named by their position: column2',
    ],
    [
      { kind: 'heading', field: 'sizes', source: 'repeated' },
      'sizes has headings that occur more than once, told apart by numbers',
    ],
  ])('say of the mark %j what it means', (mark, text) => {
    expect(itemLines(item({}, { marks: [mark] }), { paint: plain, width: 100 })).toEqual([
      '    book',
      `      ${text}`,
    ]);
  });

  it('cut what is said of values to the width', () => {
    const of = item(
      {},
      { lost: [{ field: 'stock', step: 'select' }], marks: [{ kind: 'detected', field: 'lang' }] },
    );
    expect(itemLines(of, { paint: plain, width: 9 })).toEqual([
      '    book',
      '      stock has',
      '      lang is b',
    ]);
  });

  it('name three of the files that they name, each once', () => {
    const files = {
      cover: 'http://f.test/1',
      more: ['http://f.test/2', 'http://f.test/1'],
      none: null,
      size: 3,
    };
    const head = (count: string) => `  keeps   ${count}, which a run would download; none was asked for`;
    expect(added({ items: [item({}, { files }), item({}, { files: 'http://f.test/3' })] }).slice(3)).toEqual([
      head('3 files'),
      '          http://f.test/1',
      '          http://f.test/2',
      '          http://f.test/3',
    ]);
    const four = ['1', '2', '3', '4', '5'];
    expect(added({ items: [item({}, { files: four })] }).slice(2)).toEqual([
      head('5 files'),
      ...['          1', '          2', '          3', '          and 2 more'],
    ]);
    expect(added({ items: [item({}, { files: 'http://f.test/1' })] })[2]).toBe(head('1 file'));
  });
});

describe('trialLines of selectors and data', () => {
  it('counts what each selector finds, and marks those that find nothing', () => {
    const selectors = [
      { place: 'fields.name', selector: 'h1', matches: 1_000 },
      { place: 'each', selector: '.row', matches: 0 },
    ];
    const paint = (colour: string, text: string) => `${colour}(${text})`;
    const lines = trialLines(trialOf({ selectors }), { ...options, paint });
    expect(lines.slice(lines.indexOf('  elements that each selector finds') + 1).slice(0, 2)).toEqual([
      '    1,000  fields.name  h1',
      '    yellow(    0  each         .row)',
    ]);
    expect(linesOf()).not.toContain('  elements that each selector finds');
  });

  it('names what the page says for machines, within the width', () => {
    const structured: Trial['structured'] = [
      { syntax: 'jsonld', names: ['Offer', 'Person'], isMended: true },
      { syntax: 'meta', names: ['x'.repeat(200)] },
    ];
    const [head, first, second] = added({ structured });
    expect([head, first]).toEqual([
      '  structured data of the page',
      '    jsonld     Offer, Person (broken, and mended)',
    ]);
    expect(second).toBe(`    meta       ${'x'.repeat(85)}`);
  });

  it('doubts five things', () => {
    const faults = (count: number) =>
      added({ faults: Array.from({ length: count }, () => ({ code: 'REST_INVALID', message: 'no' })) });
    expect(faults(5)).toEqual(Array.from({ length: 5 }, () => '  doubt   REST_INVALID: no'));
    expect(faults(7).slice(5)).toEqual(['          and 2 more']);
  });
});

describe('trialLines of links', () => {
  it('names three of each label, with their priorities where they have any', () => {
    const links = [
      { label: 'item', urls: ['a', 'b', 'c'] },
      { label: 'list', urls: ['d', 'e', 'f', 'g'], priorities: [4, 3, 2, 1] },
    ];
    expect(added({ links })).toEqual([
      '  links   7 links to follow',
      '    3 item: a, b, c',
      '    4 list: d (priority 4), e (priority 3), f (priority 2), …',
    ]);
    expect(added({ links: [{ label: 'item', urls: ['a'] }] })[0]).toBe('  links   1 link to follow');
  });

  it('counts those that are not followed, with three examples of each reason', () => {
    const refused = { 'refused:robots': 1_000, 'refused:what': 1 };
    const link = (name: string, reason: 'robots' | 'scope') => ({
      url: name,
      reason,
      rule: `rule of ${name}`,
    });
    const refusedLinks = [
      ...[link('a', 'robots'), link('b', 'scope'), link('c', 'robots')],
      ...[link('d', 'robots'), link('e', 'robots')],
    ];
    expect(added({ refused, refusedLinks })).toEqual([
      `    1,000 not followed: ${refusalMeanings.robots}`,
      ...['      a: rule of a', '      c: rule of c', '      d: rule of d'],
      '    1 not followed: what',
    ]);
  });

  it('names requests that are made of items, and the next page of an API', () => {
    const made = [
      { label: 'reviews', urls: ['a'] },
      { label: 'stock', urls: ['b', 'c', 'd', 'e'] },
    ];
    expect(added({ made, next: ['http://api.test/?page=2'], nextBody: 'x'.repeat(2_001) })).toEqual([
      '    1 request of reviews, made of these items: a',
      '    4 requests of stock, made of these items: b, c, d, …',
      '    next page of the API: http://api.test/?page=2',
      `      with the body ${'x'.repeat(2_000)}`,
    ]);
    expect(added({ listEnd: 'there is no cursor' })).toEqual([
      '    no next page of the API: there is no cursor',
    ]);
  });
});
