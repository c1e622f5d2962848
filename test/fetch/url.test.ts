import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, hostOf, makeNormalise, resolveAddress } from '../../shared/fetch/url.ts';

const rules = {
  dropParams: ['utm_*', 'gclid', '*_session', 'a*z'],
  sortParams: true,
  canonical: 'ignore',
} as const;
const withRules = { ...rules, dropParams: [...rules.dropParams] };
const [sorting, keeping] = [true, false].map((sortParams) => makeNormalise({ ...withRules, sortParams }));

const formBy = (form: typeof sorting) => (url: string) => {
  const address = addressOf(url);
  return address === undefined ? undefined : form?.(address);
};
const normalise = formBy(sorting);
const unsorted = formBy(keeping);

describe('resolveAddress', () => {
  it.each([
    ['HTTP://Example.COM', 'http://example.com/'],
    ['https://example.com:443/a#top', 'https://example.com/a'],
    ['https://example.com/l?z=1&a=2&utm_source=x', 'https://example.com/l?z=1&a=2&utm_source=x'],
    ['https://example.com/a?', 'https://example.com/a?'],
    ['https://example.com/a?&&b', 'https://example.com/a?&&b'],
    ['https://example.com/%7euser/%c3%bc/%2f', 'https://example.com/%7euser/%c3%bc/%2f'],
    ['https://example.com/100%', 'https://example.com/100%'],
    ['https://example.com/a?q=%D6%d0', 'https://example.com/a?q=%D6%d0'],
    ["https://example.com/a?q=it's", 'https://example.com/a?q=it%27s'],
    ['https://example.com./a', 'https://example.com/a'],
    ['http://1.2.3.4../a?b#c', 'http://1.2.3.4/a?b'],
    ['https://bücher.example/ü?ü', 'https://xn--bcher-kva.example/%C3%BC?%C3%BC'],
    ['https:\\\\example.com\\a', 'https://example.com/a'],
    ['https://example.com/a\n?\tb', 'https://example.com/a?b'],
  ])('asks for %j as %s', (written, url) => {
    expect(resolveAddress(written)).toEqual({ url });
  });

  it.each([
    ['javascript:alert(1)', 'scheme'],
    ['mailto:a@example.com', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['/a', 'url'],
    ['http://', 'url'],
    ['http://../', 'url'],
    ['http://./example.com/a', 'url'],
    ['https://../me:secret@example.com/a', 'url'],
    ['https:\\\\.\\example.com', 'url'],
    ['http://example.com:99999/', 'url'],
    ['', 'url'],
    [`https://example.com/${'a'.repeat(8_192)}`, 'length'],
    [`https://example.com/${'ü'.repeat(4_000)}`, 'length'],
    ['https://me:secret@example.com/a', 'credentials'],
    ['https://me@example.com/a', 'credentials'],
    ['https://:secret@example.com/a', 'credentials'],
  ])('refuses %s for its %s', (written, fault) => {
    expect(resolveAddress(written)).toEqual({ fault });
  });

  it('resolves against a base', () => {
    expect(addressOf('../b?x#y', 'https://example.com/a/c/d')).toBe('https://example.com/a/b?x');
    expect(addressOf('//other.example/b', 'https://example.com/a')).toBe('https://other.example/b');
    expect(addressOf('//./other.example/b', 'https://example.com/a')).toBeUndefined();
  });
});

describe('makeNormalise', () => {
  it.each([
    ['HTTP://Example.COM', 'http://example.com/'],
    ['https://example.com:443/a', 'https://example.com/a'],
    ['http://example.com:8080/a', 'http://example.com:8080/a'],
    ['https://example.com/a#top', 'https://example.com/a'],
    ['https://example.com./a', 'https://example.com/a'],
    ['https://example.com.:8443/a', 'https://example.com:8443/a'],
    ['http://1.2.3.4../a', 'http://1.2.3.4/a'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['https://bücher.example/ü?ü', 'https://xn--bcher-kva.example/%C3%BC?%C3%BC'],
    ['https://example.com/a/./b/%2e%2E/c', 'https://example.com/a/c'],
    ['https://example.com//a//', 'https://example.com//a//'],
    ['https://example.com/%7euser/%c3%bc/%2f', 'https://example.com/~user/%C3%BC/%2F'],
    ['https://example.com/100%', 'https://example.com/100%25'],
    ['https://example.com/%%34%31', 'https://example.com/%2541'],
    ['https://example.com/a b', 'https://example.com/a%20b'],
    ['https://example.com/a?', 'https://example.com/a'],
    ['https://example.com/a?&&', 'https://example.com/a'],
    ['https://example.com/a?b=2&a=1&b=1', 'https://example.com/a?a=1&b=2&b=1'],
    ['https://example.com/a?%62=2&a', 'https://example.com/a?a&b=2'],
    ['https://example.com/?utm_source=x&id=1&gclid=2', 'https://example.com/?id=1'],
    ['https://example.com/?utm%5Fsource=x', 'https://example.com/'],
    ['https://example.com/?my_session=1&session=2', 'https://example.com/?session=2'],
    ['https://example.com/?az=1&abz=2&azb=3', 'https://example.com/?azb=3'],
    ['https://example.com/?UTM_source=x', 'https://example.com/?UTM_source=x'],
    ['https://example.com/?q=a+b%20c%26', 'https://example.com/?q=a+b%20c%26'],
    ['  https://example.com/a\n', 'https://example.com/a'],
  ])('turns %s into %s', (url, expected) => {
    expect(normalise(url)).toBe(expected);
  });

  it('leaves alone what is no address', () => {
    for (const url of ['spinneret:seed', 'file:urls.txt', 'spinneret:place/a?b&a'])
      expect(sorting?.(url)).toBe(url);
  });

  it('keeps the order of parameters when they are not to be sorted', () => {
    expect(unsorted('https://example.com/?b=2&a=1&gclid=3')).toBe('https://example.com/?b=2&a=1');
  });

  const piece = fc.string({
    unit: fc.constantFrom(...'aZ%4123/?&=#.~ü+*@:;[]|^`"\'\\ utm_'.split('')),
    maxLength: 24,
  });
  const anyUrl = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    piece.map((rest) => `http://example.com/${rest}`),
    fc.tuple(piece, piece).map(([host, rest]) => `https://${host}/${rest}`),
    fc.string(),
  );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        for (const make of [normalise, unsorted]) {
          const once = make(url);
          if (once !== undefined) expect(make(once)).toBe(once);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('does not depend on the order of parameters', () => {
    const params = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 6 });
    fc.assert(
      fc.property(params, fc.infiniteStream(fc.nat()), (names, ranks) => {
        const shuffled = names
          .map((name) => ({ name, rank: ranks.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ name }) => name);
        expect(normalise(`http://h/?${shuffled.join('&')}`)).toBe(normalise(`http://h/?${names.join('&')}`));
      }),
    );
  });

  it('keeps only what names the same host, and hostOf finds it', () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        const normal = normalise(url);
        if (normal !== undefined) expect(hostOf(normal)).toBe(new URL(normal).host);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('hostOf', () => {
  it.each([
    ['https://example.com/a', 'example.com'],
    ['http://example.com:8080/a', 'example.com:8080'],
    ['http://[::1]:8080/', '[::1]:8080'],
    ['https://Example.com:443', 'example.com'],
    ['https://example.com:443/a', 'example.com'],
    ['http://example.com:80/a', 'example.com'],
    ['http://example.com:0080/a', 'example.com'],
    ['http://example.com:08080/a', 'example.com:8080'],
    ['http://user@example.com/', 'example.com'],
    ['http://example.com', 'example.com'],
    ['http://example.com?a=/', 'example.com'],
    ['spinneret:seed', ''],
    ['file:///tmp/urls.txt', ''],
    ['nonsense', ''],
  ])('of %s is "%s"', (url, expected) => {
    expect(hostOf(url)).toBe(expected);
  });

  it('is what the URL parser says, whatever the port', () => {
    const port = fc.oneof(
      fc.constantFrom('0', '80', '443', '080', '65536', '1', '8080'),
      fc.nat(70_000).map(String),
    );
    fc.assert(
      fc.property(fc.constantFrom('http', 'https'), port, (scheme, number) => {
        const url = `${scheme}://example.com:${number}/a`;
        if (URL.canParse(url)) expect(hostOf(url)).toBe(new URL(url).host);
      }),
    );
  });
});

describe('defaultParams', () => {
  const form = makeNormalise({
    ...withRules,
    sortParams: true,
    defaultParams: { page: ['1', '0'], 'sort by': ['né w'] },
  });
  it.each([
    ['https://a.example/t?page=1', 'https://a.example/t'],
    ['https://a.example/t?page=%31&x=1', 'https://a.example/t?x=1'],
    ['https://a.example/t?p%61ge=0', 'https://a.example/t'],
    ['https://a.example/t?sort+by=n%c3%A9+w', 'https://a.example/t'],
    ['https://a.example/t?sort%20by=n%C3%A9%20w', 'https://a.example/t'],
    ['https://a.example/t?page=01', 'https://a.example/t?page=01'],
    ['https://a.example/t?page=2', 'https://a.example/t?page=2'],
    ['https://a.example/t?page', 'https://a.example/t?page'],
    ['https://a.example/t?Page=1', 'https://a.example/t?Page=1'],
    ['https://a.example/t?toString=1', 'https://a.example/t?toString=1'],
  ])('takes %s for %s', (url, same) => {
    expect(form(url)).toBe(same);
    expect(form(same)).toBe(same);
  });
});
