import { describe, expect, it } from 'vitest';
import { readStatus } from '../../../../shared/sources/places/listing/place-status.ts';

describe('readStatus', () => {
  it.each([
    ['closedPermanently', ['Permanently closed', undefined]],
    ['closedPermanently', [undefined, 'Dauerhaft geschlossen']],
    ['closedTemporarily', [undefined, 'Temporarily closed']],
    ['closedTemporarily', ['Temporarily closed', 'Closed ⋅ Opens 9 AM']],
    ['open', ['Dogs allowed', 'Closed ⋅ Opens 12:30 pm Tue']],
    ['open', [undefined, 'Open now']],
    ['open', [undefined, 'Ανοικτό ⋅ Κλείνει στις 20:00']],
    [undefined, ['Not permanently closed at all', undefined]],
    [undefined, ['Brunch', undefined]],
    [undefined, ['Open air ⋅ Music', undefined]],
    [undefined, [undefined, 'Chiuso']],
    ['open', [undefined, 'Closed']],
    [undefined, [undefined, undefined]],
  ])('reads %s from %j', (status, [notice, now]) => {
    expect(readStatus(notice, now)).toBe(status);
  });
});
