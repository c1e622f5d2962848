import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crawlDelayMs, isAllowed, parseRobots } from '../../shared/fetch/robots/robots-rules.ts';

const allows = (body: string | Uint8Array, path: string, agent = 'TestBot/1.0') =>
  isAllowed(parseRobots(body), agent, `https://example.com${path}`);
const rules = (...lines: string[]) => ['User-agent: *', ...lines].join('\n');

describe('isAllowed, by RFC 9309 section 5.1', () => {
  const body = `
    User-Agent: *
    Disallow: *.gif$
    Disallow: /example/
    Allow: /publications/

    User-Agent: foobot
    Disallow:/
    Allow:/example/page.html
    Allow:/example/allowed.gif

    User-Agent: barbot
    User-Agent: bazbot
    Disallow: /example/page.html

    User-Agent: quxbot

    `;

  it.each([
    ['anybot', '/a.gif', false],
    ['anybot', '/a.gif?b', true],
    ['anybot', '/example/page.html', false],
    ['anybot', '/publications/', true],
    ['anybot', '/publications/a.gif', true],
    ['anybot', '/elsewhere', true],
    ['foobot', '/', false],
    ['foobot', '/publications/', false],
    ['foobot', '/example/page.html', true],
    ['FooBot/2.1', '/example/allowed.gif', true],
    ['barbot', '/example/page.html', false],
    ['barbot', '/example/other.gif', true],
    ['bazbot', '/example/page.html', false],
    ['quxbot', '/example/page.html', true],
    ['foo', '/publications/', true],
  ])('%s and %s: %s', (agent, path, expected) => {
    expect(allows(body, path, agent)).toBe(expected);
  });
});

describe('isAllowed, by RFC 9309 sections 5.2 and 2.2.2', () => {
  const longest = rules('Allow: /example/page/', 'Disallow: /example/page/disallowed.gif');

  it('lets the longest match decide', () => {
    expect(allows(longest, '/example/page/disallowed.gif')).toBe(false);
    expect(allows(longest, '/example/page/allowed.gif')).toBe(true);
  });

  it.each([
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'],
    ['/foo/bar?baz=https://foo.bar', '/foo/bar?baz=https://foo.bar'],
    ['/foo/bar?baz=https://foo.bar', '/foo/bar?baz=https%3A%2F%2Ffoo.bar'],
    ['/foo/bar?baz=https%3A%2F%2Ffoo.bar', '/foo/bar?baz=https://foo.bar'],
    ['/foo/bar/ツ', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%E3%83%84', '/foo/bar/ツ'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'],
    ['/foo/bar/baz', '/foo/bar/%62%61%7A'],
    ['/path/file-with-a-%2A.html', '/path/file-with-a-*.html'],
    ['/path/foo-%24', '/path/foo-$'],
    ['/path/foo-%24', '/path/foo-$bar'],
    ['/a b', '/a%20b'],
    ["/it's?a='b'", "/it's?a=%27b%27"],
    ['/100%', '/100%25'],
    ['/*?u=*%2Fadmin', '/a?u=x%2Fadmin'],
    ['/*%2Fadmin', '/a?u=x%2Fadmin'],
    ['/$mid/', '/$mid/a'],
  ])('%s matches %s', (pattern, path) => {
    expect(allows(rules(`Disallow: ${pattern}`), path)).toBe(false);
  });

  it.each([
    ['/path/file-with-a-%2A.html', '/path/file-with-a-b.html'],
    ['/a%2Fb', '/a/b'],
    ['/a/b', '/a%2Fb'],
    ['/a%3Fb', '/a?b'],
    ['/path/foo-$', '/path/foo-$bar'],
  ])('%s does not match %s', (pattern, path) => {
    expect(allows(rules(`Disallow: ${pattern}`), path)).toBe(true);
  });
});

describe('isAllowed, by the tables Google documents', () => {
  it.each([
    ['/p', '/', '/page', true],
    ['/folder', '/folder', '/folder/page', true],
    ['/page', '/*.htm', '/page.htm', false],
    ['/page', '/*.ph', '/page.php5', true],
    ['/$', '/', '/', true],
    ['/$', '/', '/page.htm', false],
  ])('allow %s, disallow %s: %s is %s', (allow, disallow, path, expected) => {
    expect(allows(rules(`Allow: ${allow}`, `Disallow: ${disallow}`), path)).toBe(expected);
    expect(allows(rules(`Disallow: ${disallow}`, `Allow: ${allow}`), path)).toBe(expected);
  });

  it.each([
    ['/', '/ /any /any?x', ''],
    ['/*', '/ /any', ''],
    ['/fish', '/fish /fish.html /fish/salmon.html /fishheads /fish.php?id=a', '/Fish.asp /catfish /?id=fish'],
    ['/fish*', '/fish /fish.html /fishheads/yummy.html', '/Fish.asp /desert/fish'],
    ['/fish/', '/fish/ /fish/?id=a /fish/salmon.htm', '/fish /fish.html /animals/fish/'],
    [
      '/*.php',
      '/index.php /filename.php /folder/filename.php?x /folder/any.php.file.html /filename.php/',
      '/ /windows.PHP',
    ],
    [
      '/*.php$',
      '/filename.php /folder/filename.php',
      '/filename.php?x /filename.php/ /filename.php5 /windows.PHP',
    ],
    ['/fish*.php', '/fish.php /fishheads/catfish.php?x', '/Fish.PHP'],
  ])('%s matches %s, but not %s', (pattern, matching, other) => {
    const body = rules(`Disallow: ${pattern}`);
    for (const path of matching.split(' ')) expect(allows(body, path), path).toBe(false);
    for (const path of other.split(' ').filter(Boolean)) expect(allows(body, path), path).toBe(true);
  });
});

describe('parseRobots', () => {
  it.each([
    ['CRLF', 'User-agent: *\r\nDisallow: /a\r\n'],
    ['CR alone', 'User-agent: *\rDisallow: /a\r'],
    ['a byte order mark', '\uFEFFUser-agent: *\nDisallow: /a'],
    ['comments', '# hi\nUser-agent: * # all\nDisallow: /a # not this'],
    ['spaces and tabs', '\t user-agent \t:\t * \n  DISALLOW\t:   /a  '],
    ['no spaces', 'user-agent:*\ndisallow:/a'],
    ['blank lines in a group', 'User-agent: *\n\n\nDisallow: /b\n\nDisallow: /a'],
    [
      'records it does not know',
      'User-agent: *\nHost: a\nNoindex: /\nSitemap: https://e.com/s\nDisallow: /a',
    ],
    ['a sitemap between agents and rules', 'User-agent: x\nSitemap: s\nUser-agent: *\nDisallow: /a'],
    ['rules below a comment of HTML', '<!-- made by our CMS -->\nUser-agent: *\nDisallow: /a'],
    ['rules within HTML', '<html><pre>\nUser-agent: *\nDisallow: /a\n</pre>'],
    ['rules below a comment', '# a: b\n\nUser-agent: *\nDisallow: /a'],
    ['missing colons', 'User-agent *\nDisallow\t /a # here'],
    ['misspelt agents', 'USERAGENT: *\nDisallow: /a'],
    ['agents in two words', 'user agent: *\nDisallow: /a'],
    ...['dissallow', 'dissalow', 'Disalow', 'diasllow', 'disallaw', 'disallows'].map(
      (word): [string, string] => [`misspelt rules: ${word}`, `User-agent: *\n${word}: /a`],
    ),
    ['white space everywhere', '\t User-agent \t:\t * \n  Disallow :  /a  '],
    ['a mark of UTF-8', '\uFEFFUser-agent: *\nDisallow: /a'],
    ['a line that is cut', `User-agent: *\nDisallow: /${'b'.repeat(20_000)}\nDisallow: /a`],
    ['junk between lines', 'User-agent: *\n\0\x01\xff;;;\n:::\nno colon\nDisallow: /a'],
  ])('reads %s', (_, body) => {
    expect(allows(body, '/a')).toBe(false);
    expect(allows(body, '/c')).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['an empty Disallow', rules('Disallow:')],
    ['an empty Allow', rules('Allow:')],
    ['rules of nobody', 'Disallow: /'],
    ['rules of others', 'User-agent: other\nDisallow: /'],
    ['rules of an agent without a name', 'User-agent:\nDisallow: /\nUser-agent: /\nDisallow: /'],
    ['HTML', '<!doctype html>\n<html lang=en>\n<p>Disallow all\n<a href="https://e.com/">'],
    ['binary data', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe'],
    ['rules that are no paths', rules('Disallow: a', 'Disallow: https://example.com/', 'Disallow: $')],
  ])('finds no rules in %s', (_, body) => {
    for (const bytes of [body, Buffer.from(body, 'latin1')]) expect(allows(bytes, '/a')).toBe(true);
  });

  it('reads octets that are no UTF-8 as those of the URL', () => {
    const body = Buffer.from(rules('Disallow: /caf\xe9'), 'latin1');
    expect(allows(body, '/caf%E9/menu')).toBe(false);
    expect(allows(body, '/caf%C3%A9/menu')).toBe(true);
  });

  it('reads a file in UTF-16', () => {
    const body = Buffer.from(`\uFEFF${rules('Disallow: /a')}`, 'utf16le');
    expect(allows(body, '/a')).toBe(false);
  });

  it('allows a directory whose index page is allowed', () => {
    const body = rules('Disallow: /', 'Allow: /d/index.html');
    expect(['/d/', '/d/index.html', '/d/x', '/'].map((path) => allows(body, path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(allows(rules('Disallow: /d/index.html'), '/d/')).toBe(true);
  });

  it('never disallows robots.txt itself', () => {
    expect(allows(rules('Disallow: /'), '/robots.txt')).toBe(true);
    expect(allows(rules('Disallow: /'), '/robots.txt.bak')).toBe(false);
  });

  it('merges the groups of one agent, whatever its case and version', () => {
    const body =
      'User-agent: TESTBOT\nDisallow: /a\n\nUser-agent: *\nDisallow: /c\n\nUser-agent: testbot/9\nDisallow: /b';
    expect(['/a', '/b', '/c'].map((path) => allows(body, path))).toEqual([false, false, true]);
  });

  it('takes no agent for another whose name begins the same', () => {
    const body = 'User-agent: TestBot-News\nDisallow: /a\nUser-agent: Test\nDisallow: /b';
    expect(['/a', '/b'].map((path) => allows(body, path))).toEqual([true, true]);
  });

  it('ends a group by the next agent, even if its only rule is empty', () => {
    const body = 'User-agent: TestBot\nDisallow:\nUser-agent: *\nDisallow: /';
    expect(allows(body, '/a')).toBe(true);
    expect(allows(body, '/a', 'other')).toBe(false);
  });

  it('lists sitemaps, wherever they stand', () => {
    const body =
      'Sitemap: https://e.com/a.xml\nUser-agent: x\nDisallow: /\nSITEMAP:https://e.com/b.xml?c # d\nSitemap:';
    expect(parseRobots(body).sitemaps).toEqual(['https://e.com/a.xml', 'https://e.com/b.xml?c']);
  });

  it('reads the first 500 KiB, cut at a line', () => {
    const padding = `${'#'.repeat(99)}\n`.repeat(5_119);
    const body = rules('Disallow: /a', padding, 'Disallow: /b/c', 'Disallow: /d');
    // The limit falls into "/b/c": half a rule would forbid more than the whole one.
    const start = body.indexOf('/b/c');
    const shifted = `${'#'.repeat(500 * 1_024 - start - 3)}\n${body}`;
    expect(shifted.indexOf('/b/c') + 2).toBe(500 * 1_024);
    expect(['/a', '/b/c', '/b', '/d'].map((path) => allows(shifted, path))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('survives half a megabyte of agents and rules', () => {
    const body = `${'user-agent:*\n'.repeat(19_000)}${'allow:/\n'.repeat(31_000)}disallow:/a`;
    expect(allows(body, '/a')).toBe(false);
    const stars = rules(`Disallow: /${'*a'.repeat(200_000)}$`);
    expect(allows(stars, `/${'a'.repeat(8_000)}b`)).toBe(true);
    const needles = rules(...Array.from({ length: 60 }, () => `Disallow: /*b${'a'.repeat(4_000)}`));
    expect(allows(needles, `/${'a'.repeat(8_000)}`)).toBe(true);
  });

  it('never throws', () => {
    const line = fc.oneof(
      fc.string(),
      fc.uint8Array().map((bytes) => `Disallow: /${Buffer.from(bytes).toString('utf16le')}`),
    );
    fc.assert(
      fc.property(fc.array(line), fc.webUrl(), (lines, url) => {
        expect(isAllowed(parseRobots(rules(...lines)), 'TestBot', url)).toBeTypeOf('boolean');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(parseRobots(body).sitemaps).toBeInstanceOf(Array);
      }),
    );
  });

  it('decides like the plainest reading of the RFC', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '$', '?', '%61', '.');
    const pattern = fc.string({ unit: piece, maxLength: 6 }).map((rest) => `/${rest}`);
    const rule = fc.record({ allow: fc.boolean(), pattern });
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '/', '?', '.'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), path, (written, rest) => {
        const lines = written.map((entry) => `${entry.allow ? 'Allow' : 'Disallow'}: ${entry.pattern}`);
        expect(allows(rules(...lines), `/${rest}`)).toBe(decidePlainly(written, `/${rest}`));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Regular expressions, one rule after the other. */
function decidePlainly(written: { allow: boolean; pattern: string }[], path: string): boolean {
  let best = { octets: -1, allow: true };
  for (const { allow, pattern } of written) {
    const toEnd = pattern.endsWith('$');
    const inner = (toEnd ? pattern.slice(0, -1) : pattern).replaceAll('%61', 'a').replaceAll('$', '%24');
    const source = inner.replace(/[.?]/g, '\\$&').replaceAll('*', '.*');
    if (!new RegExp(`^${source}${toEnd ? '$' : ''}`).test(path)) continue;
    const octets = inner.length + (toEnd ? 1 : 0);
    if (octets > best.octets || (octets === best.octets && allow)) best = { octets, allow };
  }
  return best.allow;
}

describe('crawlDelayMs', () => {
  it.each([
    ['seconds', 'User-agent: *\nCrawl-delay: 10', 10_000],
    ['parts of seconds', 'User-agent: *\nCrawl-delay: 0.5', 500],
    ['the longest', 'User-agent: *\nCrawl-delay: 1\nCrawl-delay: 3\nCrawl-delay: 2', 3_000],
    ['the own group', 'User-agent: *\nCrawl-delay: 9\nDisallow:\nUser-agent: TestBot\nCrawl-delay: 2', 2_000],
    [
      'an own group without one',
      'User-agent: *\nCrawl-delay: 9\nDisallow:\nUser-agent: TestBot\nDisallow: /',
      undefined,
    ],
    [
      'the agents above it only',
      'User-agent: bing\nCrawl-delay: 9\n\nUser-agent: *\nDisallow: /a',
      undefined,
    ],
    ['several agents', 'User-agent: bing\nUser-agent: *\nDisallow: /a\nCrawl-delay: 4', 4_000],
    ['nonsense', 'User-agent: *\nCrawl-delay: soon\nCrawl-delay: -1\nCrawl-delay:', undefined],
    ['nothing', '', undefined],
  ])('goes by %s', (_, body, expected) => {
    expect(crawlDelayMs(parseRobots(body), 'TestBot/1.0')).toBe(expected);
  });

  it('does not change how rules are read', () => {
    const body = 'User-agent: TestBot\nCrawl-delay: 9\nUser-agent: *\nDisallow: /a';
    expect(allows(body, '/a')).toBe(false);
  });
});
