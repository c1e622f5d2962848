import { expect, it } from 'vitest';
import { noteSecrets, type ProcessSession } from '../../shared/engine/sessions/process-session.ts';

function seenOf(texts: string[], headers: Record<string, string> = {}): string[] {
  const session = { seen: new Set<string>(), headers } as ProcessSession;
  noteSecrets(session, texts);
  return [...session.seen];
}

it('takes for a secret what may open a session, and not a currency, a language, a date or a number', () => {
  const short = ['EUR', 'de-DE', '20261129', 'accepted', 'page2', '2026-11-29'.slice(0, 8)];
  expect(seenOf(short)).toEqual([]);
  const secrets = ['a8f3k2p9', 'Bearer abcdefghijk', 'abcdefghijk'];
  expect(seenOf(secrets, { authorization: 'Basic dXNlcjpwYXNz', 'x-team': 'readers-of-books' })).toEqual([
    'a8f3k2p9',
    'abcdefghijk',
    'dXNlcjpwYXNz',
  ]);
});

it('remembers five hundred secrets, those that it has seen last', () => {
  const all = Array.from({ length: 501 }, (_, index) => `secret-number-${index}`);
  const first = 'secret-number-0';
  expect(seenOf(all.slice(0, 500))).toHaveLength(500);
  expect(seenOf(all.slice(0, 500))).toContain(first);
  expect(seenOf(all)).not.toContain(first);
  const again = seenOf([...all.slice(0, 500), first, 'secret-number-500']);
  expect([again.length, again.includes(first), again.includes('secret-number-1')]).toEqual([
    500,
    true,
    false,
  ]);
});
