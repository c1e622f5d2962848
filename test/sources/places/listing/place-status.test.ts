import { describe, expect, it } from 'vitest';
import { closedWords } from '../../../../shared/sources/places/listing/closed-words.ts';
import { readStatus } from '../../../../shared/sources/places/listing/place-status.ts';

describe('readStatus', () => {
  it.each([
    ['closedPermanently', ['Permanently closed', undefined]],
    ['closedPermanently', [undefined, 'Dauerhaft geschlossen']],
    ['closedPermanently', [undefined, 'Kalıcı olarak kapandı']],
    ['closedPermanently', ['CLOSED', '閉業']],
    ['closedPermanently', [undefined, 'Fermé\u00A0définitivement']],
    ['closedTemporarily', [undefined, 'Temporarily closed']],
    ['closedTemporarily', ['Temporarily closed', 'Closed ⋅ Opens 9 AM']],
    ['open', ['Dogs allowed', 'Closed ⋅ Opens 12:30 pm Tue']],
    ['open', [undefined, 'Open now']],
    ['open', [undefined, 'Ανοικτό ⋅ Κλείνει στις 20:00']],
    ['open', [undefined, 'Closed']],
    ['unknown', [undefined, 'Chiuso']],
    ['unknown', [undefined, 'Nur nach Vereinbarung']],
    ['unknown', ['CLOSED', undefined]],
    ['unknown', ['CLOSED', 'Words of no language']],
    [undefined, ['Not permanently closed at all', undefined]],
    [undefined, ['Closed on holidays', undefined]],
    [undefined, ['Brunch', undefined]],
    [undefined, ['Open air ⋅ Music', undefined]],
    [undefined, [undefined, undefined]],
  ])('reads %s from %j', (status, [notice, now]) => {
    expect(readStatus({ notice, now, hours: [] })).toBe(status);
  });

  it('takes the words of a day’s hours for those of a business that goes on', () => {
    const hours = ['9–17', 'Chiuso', '24 時間営業'];
    for (const now of ['Chiuso', '24 時間営業'])
      expect(readStatus({ notice: undefined, now, hours })).toBe('open');
    expect(readStatus({ notice: undefined, now: 'Chiuso definitivamente', hours })).toBe('closedPermanently');
  });

  it('has words for each end in every language, none of which means both', () => {
    const all = Object.values(closedWords).flatMap(({ permanently, temporarily }) => {
      expect([permanently.length > 0, temporarily.length > 0]).toEqual([true, true]);
      return [...permanently.map((words) => [words, 'p']), ...temporarily.map((words) => [words, 't'])];
    });
    expect(new Set(all.map(([words]) => words)).size).toBe(new Set(all.map(String)).size);
    for (const [words = ''] of all) expect(words).toBe(words.toLowerCase());
  });
});
