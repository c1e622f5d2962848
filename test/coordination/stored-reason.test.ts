import { describe, expect, it } from 'vitest';
import {
  readStoredOutcome,
  readStoredReason,
  type StoredOutcome,
  storeReason,
} from '../../shared/coordination/stored-reason.ts';

describe('readStoredReason', () => {
  it.each([
    ['ENV_MISSING', 'TOKEN is not set'],
    ['HTTP_503', ''],
    ['FAULT_LASTS', 'AccessDenied: no: never\nagain'],
  ] as const)('gives back %s with %j', (code, message) => {
    expect(readStoredReason(storeReason({ code, message }))).toEqual({ code, message });
  });

  it('takes the text where a process of version 0.1 has replaced it', () => {
    const stored = { ...storeReason({ code: 'BLOCKED', message: 'm' }), text: 'ENV_MISSING: no KEY' };
    expect(readStoredReason(stored)).toEqual({ code: 'ENV_MISSING', message: 'no KEY' });
  });

  it.each(['by hand', 'Error: lower case', ''])(
    'takes all of %j for the message, as it has no code',
    (text) => {
      expect(readStoredReason({ text })).toEqual({ code: 'FAULT_LASTS', message: text });
    },
  );
});

describe('readStoredOutcome', () => {
  it('leaves the halt of a newer version as it is', () => {
    const newer = { v: 99, halt: { because: 'of it' } } as unknown as StoredOutcome;
    expect(readStoredOutcome(newer)).toEqual({ v: 99, halt: { because: 'of it' } });
  });
});
