import { describe, expect, it } from 'vitest';
import type { CellFact } from '../../../shared/model.ts';
import { splitCell } from '../../../shared/places/grid.ts';
import { placeKey } from '../../../shared/places/place-ids.ts';
import { gatherMentions } from '../../../shared/sources/places/mentions.ts';
import { makeJob } from '../../engine/world.ts';

const box = { west: 0, south: 0, east: 1, north: 1 };
const [southWest = box, southEast = box] = splitCell(box);
const [one, two] = ['ChIJaaaaaaaaaa', 'ChIJbbbbbbbbbb'] as const;

const places = {
  key: 'k',
  queries: ['hotel', 'dentist'],
  areas: [
    { name: 'a', box },
    { name: 'b', box },
  ],
};
const job = makeJob({
  sources: [{ places }, { places: { ...places, source: 'google-maps', key: undefined } }],
});

function cell(over: Partial<CellFact>, names: string[]): CellFact {
  const named = names.map((placeId) => placeKey({ placeId }));
  return { query: 'hotel', area: 'a', box, level: 0, found: names.length, end: 'whole', named, ...over };
}

const facts = [
  { source: 0, cell: cell({ box: southEast, level: 1 }, [one]) },
  { source: 0, cell: cell({ box: southWest, level: 1 }, [two, one]) },
  { source: 0, cell: cell({ end: 'split' }, [two]) },
  { source: 0, cell: cell({ query: 'dentist' }, [one]) },
  { source: 0, cell: cell({ area: 'b' }, [one]) },
  { source: 1, cell: cell({}, [one]) },
];

function completed(noted: typeof facts, placeId: string) {
  const gatherer = gatherMentions(job);
  for (const fact of noted) gatherer.note(fact);
  return gatherer.gathered()({ placeId, name: 'n' });
}

describe('gatherMentions', () => {
  it('gives an item its first mention, and all of them in the order of the job', () => {
    const record = completed(facts, one);
    expect(record).toMatchObject({ name: 'n', query: 'hotel', area: 'a', cell: southWest, rank: 2 });
    expect(record['mentions']).toEqual([
      { source: 'google-places', query: 'hotel', area: 'a', cell: southWest, rank: 2 },
      { source: 'google-places', query: 'hotel', area: 'a', cell: southEast, rank: 1 },
      { source: 'google-places', query: 'hotel', area: 'b', cell: box, rank: 1 },
      { source: 'google-places', query: 'dentist', area: 'a', cell: box, rank: 1 },
      { source: 'google-maps', query: 'hotel', area: 'a', cell: box, rank: 1 },
    ]);
    expect(completed(facts, two)).toMatchObject({ cell: box, rank: 1 });
  });

  it('does not depend on which cell was searched first', () => {
    expect(completed(facts.toReversed(), one)).toEqual(completed(facts, one));
  });

  it('counts a cell once that was searched twice, by the search that named more', () => {
    const short = { source: 0, cell: cell({ end: 'failed' }, []) };
    const whole = { source: 0, cell: cell({}, [two, one]) };
    for (const noted of [
      [short, whole],
      [whole, short],
    ])
      expect(completed(noted, one)['mentions']).toMatchObject([{ rank: 2 }]);
  });

  it('gives an item the ids that the lists of the job have for it, in their order', () => {
    const gatherer = gatherMentions(job);
    const key = placeKey({ placeId: one });
    gatherer.note({ source: 0, listed: [{ key, at: 7, link: 'second', id: 'row 7' }] });
    gatherer.note({ source: 0, listed: [{ key, at: 2, link: 'first' }] });
    const complete = gatherer.gathered();
    const inputs = [{ link: 'first' }, { link: 'second', id: 'row 7' }];
    expect(complete({ placeId: one })).toEqual({ placeId: one, inputId: 'row 7', inputs });
    expect(complete({ placeId: two, formerPlaceId: one })).toMatchObject({ inputs });
    expect(complete({ placeId: two })).toEqual({ placeId: two });
  });

  it('leaves an item as it is that no search named, as one that the job names by its id', () => {
    expect(completed(facts, 'ChIJcccccccccc')).toEqual({ placeId: 'ChIJcccccccccc', name: 'n' });
  });

  it('gives failures of places the own id of the entry that named them, and nothing else', () => {
    const gatherer = gatherMentions(job);
    for (const fact of facts) gatherer.note(fact);
    const key = placeKey({ placeId: one });
    gatherer.note({ source: 0, listed: [{ key, at: 7, link: one, id: 'mine' }] });
    const complete = gatherer.gathered();
    const inputs = [{ link: one, id: 'mine' }];
    const details = { kind: 'details', end: 'failed', placeId: one };
    expect(complete(details)).toEqual({ ...details, inputId: 'mine', inputs });
    const reviews = { kind: 'reviews', end: 'failed', reviews: { key, end: 'cut' } };
    expect(complete(reviews)).toEqual({ ...reviews, inputId: 'mine', inputs });
    const page = { kind: 'page', end: 'failed' };
    expect(complete(page)).toEqual(page);
  });
});
