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
