import { describe, expect, it } from 'vitest';
import { readReason, writeReason } from '../shared/errors.ts';

describe('readReason', () => {
  it.each([
    ['ENV_MISSING: TOKEN is not set', 'ENV_MISSING', 'TOKEN is not set'],
    ['FAULT_LASTS: AccessDenied: no: never\nagain', 'FAULT_LASTS', 'AccessDenied: no: never\nagain'],
    ['HTTP_503: ', 'HTTP_503', ''],
  ])('reads %j, and writes it as it was', (text, code, message) => {
    expect(readReason(text)).toEqual({ code, message });
    expect(writeReason(readReason(text))).toBe(text);
  });

  it.each(['by hand', 'Error: lower case', ''])(
    'takes all of %j for the message, as it has no code',
    (text) => {
      expect(readReason(text)).toEqual({ code: 'FAULT_LASTS', message: text });
    },
  );
});
