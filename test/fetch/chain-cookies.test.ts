import { describe, expect, it } from 'vitest';
import { cookieHeader, receiveCookies } from '../../shared/fetch/cookies/chain-cookies.ts';
import { localFetcher, serveHttp } from './local-servers.ts';

const url = 'https://www.a.example/x/y';
const headerFor = async (setCookies: string[], target: string, from = url) => {
  const cookies = await receiveCookies(undefined, from, setCookies, 0);
  return cookies === undefined ? '' : cookieHeader(cookies, target);
};

describe('cookies of a chain of redirects', () => {
  it.each([
    ['the host that set it', 'a=1', 'https://www.a.example/x/z', 'a=1'],
    ['no path above it', 'a=1', 'https://www.a.example/', ''],
    ['the path that it names', 'a=1; Path=/', 'https://www.a.example/', 'a=1'],
    ['no other path', 'a=1; Path=/q', 'https://www.a.example/x/y', ''],
    ['no host beside it', 'a=1; Path=/', 'https://b.a.example/', ''],
    ['the domain that it names', 'a=1; Path=/; Domain=a.example', 'https://b.a.example/', 'a=1'],
    ['no domain that is not its own', 'a=1; Path=/; Domain=b.example', 'https://b.example/', ''],
    ['no public suffix', 'a=1; Path=/; Domain=co.uk', 'https://other.co.uk/', ''],
    ['https alone where it is secure', 'a=1; Path=/; Secure', 'http://www.a.example/', ''],
    ['nobody once it is over', 'a=1; Path=/; Max-Age=0', 'https://www.a.example/', ''],
    ['its host without a name', '=v; Path=/', 'https://www.a.example/', 'v'],
  ])('are sent to %s', async (_, cookie, target, sent) => {
    expect(await headerFor([cookie], target)).toBe(sent);
  });

  it('replace one another', async () => {
    const first = await receiveCookies(undefined, url, ['a=1; Path=/', 'b=2; Path=/'], 0);
    const second = await receiveCookies(first, url, ['a=3; Path=/', 'b=; Path=/; Max-Age=0'], 1);
    expect(second === undefined ? '' : await cookieHeader(second, url)).toBe('a=3');
  });

  it('know which answer changed anything last', async () => {
    const first = await receiveCookies(undefined, url, ['a=1'], 0);
    const same = await receiveCookies(first, url, ['a=1'], 1);
    const other = await receiveCookies(same, url, ['a=2'], 2);
    expect([first, same, other].map((cookies) => cookies?.changedAt)).toEqual([0, 0, 2]);
    expect(await receiveCookies(other, url, [], 3)).toBe(other);
  });

  it('are bounded', async () => {
    const many = Array.from(
      { length: 500 },
      (_, index) => `c${index}=${'v'.repeat(index === 0 ? 5_000 : 5)}`,
    );
    expect((await receiveCookies(undefined, url, many, 0))?.received).toHaveLength(50);
  });
});

describe('a fetcher', () => {
  it('sends them beside the cookies of the headers, and tells those of the answer one by one', async () => {
    const origin = await serveHttp((request, response) => {
      response.setHeader('set-cookie', ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']);
      response.end(request.headers.cookie);
    });
    const fetcher = localFetcher({ headersFor: () => ({ cookie: 'own=1; shared=2' }) });
    const result = await fetcher.fetch({ url: origin }, { cookies: 'shared=3; gate=4' });
    expect(Buffer.from(result.body).toString()).toBe('own=1; shared=3; gate=4');
    expect(result.setCookies).toEqual(['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']);
  });
});
