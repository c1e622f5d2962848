import { describe, expect, it } from 'vitest';
import { makeTlsSessions } from '../../shared/fetch/connections/tls-sessions.ts';

const session = (name: string) => Buffer.from(name);

describe('makeTlsSessions', () => {
  it('gives a session of TLS 1.3 once, the newest first, and one of TLS 1.2 again', () => {
    const sessions = makeTlsSessions(() => 0);
    for (const name of ['a', 'b', 'c']) sessions.keep('host', session(name), 'TLSv1.3');
    expect([1, 2, 3].map(() => sessions.take('host')?.toString())).toEqual(['c', 'b', undefined]);
    sessions.keep('host', session('d'), 'TLSv1.2');
    expect([1, 2, 3].map(() => sessions.take('host')?.toString())).toEqual(['d', 'd', 'd']);
  });

  it('gives nothing to another key', () => {
    const sessions = makeTlsSessions(() => 0);
    sessions.keep('a', session('a'), 'TLSv1.3');
    expect(sessions.take('b')).toBeUndefined();
  });

  it('gives none that is older than an hour', () => {
    let ms = 0;
    const sessions = makeTlsSessions(() => ms);
    sessions.keep('a', session('a'), 'TLSv1.2');
    ms = 3_600_000;
    expect(sessions.take('a')?.toString()).toBe('a');
    ms += 1;
    expect(sessions.take('a')).toBeUndefined();
  });

  it('keeps those of two thousand keys, the ones that were given one last', () => {
    const sessions = makeTlsSessions(() => 0);
    for (let key = 0; key < 2_000; key += 1) sessions.keep(`${key}`, session('s'), 'TLSv1.2');
    sessions.keep('0', session('t'), 'TLSv1.2');
    sessions.keep('new', session('n'), 'TLSv1.2');
    expect(sessions.take('0')?.toString()).toBe('t');
    expect(sessions.take('1')).toBeUndefined();
    expect(sessions.take('2')?.toString()).toBe('s');
  });
});
