import { describe, expect, it } from 'vitest';
import type { LiveSession, ProcessSession } from '../../../shared/engine/sessions/process-session.ts';
import { isOpenedByKey, readRefusal } from '../../../shared/engine/sessions/refused-key.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';

function sessionWith(settings: object = {}, hasSecretHeaders = true): ProcessSession {
  return { hasSecretHeaders, settings: { hosts: [], ...settings }, refusals: 0 } as unknown as ProcessSession;
}

/** What each of these answers says of the key; `!`: to a request that was repeated for that. */
function read(session: ProcessSession, isProven: boolean, statuses: string): string {
  return statuses
    .split(' ')
    .map((status) => {
      const answer = { status: Number.parseInt(status, 10) } as FetchResult;
      const refusal = readRefusal(session, { isProven } as LiveSession, answer, status.endsWith('!'));
      return refusal === undefined ? '-' : refusal.isOver ? refusal.why : 'open';
    })
    .join(', ');
}

describe('readRefusal', () => {
  it('takes a key that was never taken for wrong at the third 401, whatever comes in between', () => {
    const why = 'status 401, as each of the first 3 answers';
    expect(read(sessionWith(), false, '401 404 401! 401 401')).toBe(`open, -, open, ${why}, ${why}`);
  });

  it('takes one that was taken for changed at the tenth in a row, repeated requests not counted', () => {
    const nine = Array.from({ length: 9 }, () => '401').join(' ');
    const open = Array.from({ length: 9 }, () => 'open').join(', ');
    const why = 'status 401, as each of the last 10 answers';
    expect(read(sessionWith(), true, `${nine} 401! 401`)).toBe(`${open}, open, ${why}`);
    expect(read(sessionWith(), true, `${nine} 200 ${nine} 401`)).toBe(`${open}, -, ${open}, ${why}`);
  });

  it('says nothing of a login, of a session without a key, or of one whose end the job names', () => {
    for (const settings of [{ login: {} }, { endedBy: { status: 401 } }]) {
      expect(read(sessionWith(settings), false, '401 401 401 401')).toBe('-, -, -, -');
    }
    expect(read(sessionWith({}, false), false, '401 401 401')).toBe('-, -, -');
    expect([sessionWith(), sessionWith({ login: {} }), sessionWith({}, false)].map(isOpenedByKey)).toEqual([
      ...[true, false, false],
    ]);
  });
});
