import { describe, expect, it } from 'vitest';
import type { SessionEnd } from '../../shared/engine/sessions/batch-sessions.ts';
import { visitOfEndedSession } from '../../shared/engine/sessions/visit-in-session.ts';
import type { PageRequest } from '../../shared/model.ts';
import { pageRequest } from '../../shared/sources/page.ts';

const session = { name: 'member' } as Parameters<typeof visitOfEndedSession>[1];
const answer = {
  ...{ url: 'https://a.example/', status: 200, headers: {}, body: new Uint8Array() },
  ...{ ms: 1, startedAt: 0 },
} as unknown as Parameters<typeof visitOfEndedSession>[3];

/** How often a request goes on that meets such ends all the time; at most `most`. */
function goesOn(of: SessionEnd['of'], most: number): number {
  let request: PageRequest | undefined = pageRequest({ url: 'https://a.example/', label: 'x', depth: 0 });
  let times = 0;
  for (; times < most; times += 1) {
    request = visitOfEndedSession(request, session, { why: 'the form', of }, answer)?.retry;
    if (request === undefined) return times;
  }
  return times;
}

describe('visitOfEndedSession', () => {
  it.each<[SessionEnd['of'], number]>([
    ['new', 2],
    ['proven', 10],
    ['known', 50],
  ])('lets a request go on after ends of a login that is %s: %i times', (of, times) => {
    expect(goesOn(of, 50)).toBe(times);
  });
});
