import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PbToken, writePb } from '../../../../shared/sources/places/listing/pb.ts';
import { parsePb } from './parse-pb.ts';

const field = fc.integer({ min: 1, max: 999_999_999 });
const type = fc.constantFrom('s', 'i', 'j', 'd', 'f', 'b', 'e', 'z', 'v');
const { token } = fc.letrec<{ token: PbToken }>((tie) => ({
  token: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ field, type, value: fc.string({ unit: 'binary' }) }),
    fc.record({ field, tokens: fc.array(tie('token'), { maxLength: 4 }) }),
  ),
}));

describe('writePb', () => {
  it('writes what can be read again', () => {
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 5 }), (tokens) => {
        expect(parsePb(writePb(tokens))).toEqual(tokens);
      }),
    );
  });

  it('counts every token below a message', () => {
    const point = { field: 1, tokens: [1, 2].map((field) => ({ field, type: 'd', value: '0' })) };
    expect(writePb([{ field: 4, tokens: [point, point] }])).toBe('!4m6!1m2!1d0!2d0!1m2!1d0!2d0');
  });

  it('escapes what separates tokens', () => {
    expect(writePb([{ field: 1, type: 's', value: 'A!B*21' }])).toBe('!1sA*21B*2A21');
  });
});
