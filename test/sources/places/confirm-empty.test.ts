import { describe, expect, it } from 'vitest';
import { firstCellRequests } from '../../../shared/sources/places/cell-requests.ts';
import { confirmEmpty } from '../../../shared/sources/places/confirm-empty.ts';
import { planPlaces } from '../../../shared/sources/places/plan.ts';
import { makeJob } from '../../engine/world.ts';

const box = { west: 0, south: 0, east: 1, north: 1 };
const places = { source: 'google-maps', queries: ['dentist'], areas: [{ box }], maxCellKm: 200 };

async function cellInDoubt(doubt: { widened: number; asked: number }, level: number) {
  const plans = await planPlaces(makeJob({ sources: [{ places }] }), () =>
    Promise.reject(new Error('no file')),
  );
  const plan = plans.get(0);
  const [cell] = plan === undefined ? [] : firstCellRequests(plan);
  if (plan === undefined || cell === undefined) throw new Error('a source without cells');
  const cursor = { ...cell.cursor, level, isProven: true as const, doubt };
  return {
    plan,
    cell: { ...cell, cursor: { ...cell.cursor, level, isProven: true as const } },
    request: { ...cell, cursor },
  };
}

const place = { placeId: 'ChIJaaaaaaaaaa', name: 'n', location: { lat: 0.5, lng: 0.5 } };

describe('confirmEmpty', () => {
  it.each([
    ['whose neighbourhood names places in it', { widened: 1, asked: 2 }, [place]],
    ['around which no search names any more', { widened: 5, asked: 1 }, []],
  ])('has a cell asked anew, once the run is resumed, %s', async (_, doubt, found) => {
    const { plan, cell, request } = await cellInDoubt(doubt, 1);
    const page = { places: found, rows: found.length, unread: 0 };
    const made = confirmEmpty(plan, request, page, new Map());
    expect(made).toMatchObject({ halt: { code: 'GATED_STUB' } });
    expect('again' in made ? made.again : undefined).toEqual(cell);
  });
});
