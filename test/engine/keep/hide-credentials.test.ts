import { describe, expect, it } from 'vitest';
import { credentialsIn, hideCredentials } from '../../../shared/engine/keep/hide-credentials.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';

describe('hideCredentials', () => {
  it.each([
    ['Cookie', 'a=1; b=2=3', 'a=[secret]; b=[secret]'],
    ['cookie', 'bare', '[secret]'],
    ['Set-Cookie', 'sid=1; Path=/; Domain=a.test', 'sid=[secret]; Path=/; Domain=a.test'],
    ['set-cookie', 'bare; Path=/', '[secret]; Path=/'],
    ['Authorization', 'Basic x', '[secret]'],
    ['proxy-authorization', 'x', '[secret]'],
    ['X-Api-Key', 'x', '[secret]'],
    ['token', 'x', '[secret]'],
    ['X-CSRF-Token', 'x', '[secret]'],
    ['x-monkey', 'x', 'x'],
    ['authorization-of', 'x', 'x'],
    ['accept', 'a;q=1', 'a;q=1'],
  ])('%s: %s is kept as %s', (name, value, kept) => {
    expect(hideCredentials(name, value)).toBe(kept);
  });
});

describe('credentialsIn', () => {
  const sixteen = '0123456789abcdef';
  const found = (headers: Record<string, string>, setCookies?: string[]) => {
    const sent = { method: 'GET', path: '/', headers };
    return credentialsIn({ sent, ...(setCookies && { setCookies }) } as unknown as FetchResult);
  };

  it('are values of cookies and what opens something, from 16 characters on, each once', () => {
    const cookie = `a=${sixteen}; b="quoted-${sixteen}"; c=${sixteen.slice(1)}; d=x=${sixteen}; e=${sixteen}`;
    expect(found({ cookie })).toEqual([sixteen, `quoted-${sixteen}`, `x=${sixteen}`]);
    expect(found({}, [`s=set-${sixteen}; Path=/a-long-path-indeed`])).toEqual([`set-${sixteen}`]);
    expect(found({ authorization: `Bearer ${sixteen}`, 'x-token': `t-${sixteen}`, accept: sixteen })).toEqual(
      [`Bearer ${sixteen}`, sixteen, `t-${sixteen}`],
    );
  });

  it('are none where nothing is known of the request', () => {
    expect(credentialsIn({} as FetchResult)).toEqual([]);
  });
});
