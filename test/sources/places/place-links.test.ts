import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { localFiles } from '../../../shared/sources/local-file.ts';
import { countLinks, expandLinks, linkRequests } from '../../../shared/sources/places/place-links.ts';
import { planPlaces } from '../../../shared/sources/places/plan.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { makeJob } from '../../engine/world.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const placeId = 'ChIJN1t_tDeuEmsRUsoyG83frY4';
const files = localFiles(folder.path);

async function planOf(places: object) {
  const plan = (await planPlaces(makeJob({ sources: [{ places }] }), files)).get(0);
  if (plan === undefined) throw new Error('no plan');
  return plan;
}

describe('the lists of places of a job', () => {
  it('name a place each, with the user’s own id, and say which could not be resolved', async () => {
    const lines = [`${placeId}\ta-1`, '', '# no', '42', `place_id:${placeId} \t a-2 \t more`];
    writeFileSync(join(folder.path, 'p.tsv'), lines.join('\r\n'));
    const plan = await planOf({ key: 'k', linkFile: 'p.tsv', links: { link: placeId, id: 'own' } });
    const [list, file] = linkRequests(plan);
    if (list === undefined || file === undefined) throw new Error('two lists');
    const { next, invalid, fact } = await expandLinks(plan, file, files);
    expect(next.map(({ kind, url }) => [kind, url])).toEqual(
      Array(2).fill(['place', 'spinneret:place/cid:10281119596374313554']),
    );
    expect(fact?.listed?.map(({ at, id }) => [at, id])).toEqual([
      [1, 'a-1'],
      [5, 'a-2'],
    ]);
    expect(invalid).toEqual([
      {
        url: '42',
        code: 'PLACE_UNRESOLVED',
        message:
          'line 4: a CID is half of an id, with which the API cannot find a place; source: google-maps can',
      },
    ]);
    expect((await expandLinks(plan, list, files)).fact?.listed).toMatchObject([{ at: 0, id: 'own' }]);
    expect(await countLinks(plan, files)).toBe(3);
  });

  it('are read in chunks, however long they are', async () => {
    const count = 60_000;
    writeFileSync(
      join(folder.path, 'many.tsv'),
      Array.from({ length: count }, (_, n) => `0x1:0x${(n + 1).toString(16)}\t${n}`).join('\n'),
    );
    const plan = await planOf({ source: 'google-maps', linkFile: 'many.tsv' });
    expect(await countLinks(plan, files)).toBe(count);
    const [first] = linkRequests(plan);
    if (first === undefined) throw new Error('a list');
    const { next } = await expandLinks(plan, first, files);
    expect(next.length).toBeLessThan(count / 2);
    expect(next.filter(({ kind }) => kind === 'placeLinks')).toMatchObject([
      { cursor: { of: 'file', line: 25_001 } },
    ]);
  });
});
