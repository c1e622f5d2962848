import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RetryError } from '../../../shared/errors.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import { noteLinks } from '../../../shared/sources/places/note-links.ts';
import { expandShortLink } from '../../../shared/sources/places/place-links.ts';
import { planPlaces } from '../../../shared/sources/places/plan.ts';
import { shortLinkRequest } from '../../../shared/sources/places/short-links.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { makeJob } from '../../engine/world.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const files = localFiles(folder.path);
const short = 'https://maps.app.goo.gl/AbC';
const page = 'https://www.google.com/maps/place/x/data=!4m2!3m1!1s0x1:0x2a';
const given = { link: short, id: 'own', at: 3, where: 'line 3' };

async function planOf(source: object) {
  const plan = (await planPlaces(makeJob({ sources: [{ places: { links: short, ...source } }] }), files)).get(
    0,
  );
  if (plan === undefined) throw new Error('no plan');
  return plan;
}

function answer(redirect: string | undefined, status = redirect === undefined ? 200 : 302): FetchResult {
  const headers = {};
  const body = new Uint8Array();
  return {
    url: short,
    status,
    headers,
    body,
    startedAt: 0,
    ms: 1,
    ...(redirect && { redirect }),
  } as FetchResult;
}

async function expand(
  redirect: string | undefined,
  { status, hops = 0, source = { key: 'k' } as object } = {} as Case,
) {
  const plan = await planOf(source);
  return expandShortLink(plan, shortLinkRequest(plan, given, hops), answer(redirect, status));
}

interface Case {
  status?: number;
  hops?: number;
  source?: object;
}

describe('expandShortLink', () => {
  it('asks the host of the link itself', async () => {
    expect(shortLinkRequest(await planOf({ key: 'k' }), given)).toMatchObject({
      kind: 'shortLink',
      url: short,
    });
  });

  it.each([
    ['its redirect', page],
    [
      'that of the page that asks for consent',
      `https://consent.google.com/m?continue=${encodeURIComponent(page)}`,
    ],
  ])('takes the place from %s, for the user’s own id', async (_, redirect) => {
    const { next, invalid, fact } = await expand(redirect);
    expect(next).toMatchObject([{ kind: 'place', url: 'spinneret:place/cid:42' }]);
    expect(fact?.listed).toEqual([{ key: 'cid:42', at: 3, link: short, id: 'own' }]);
    expect(invalid).toEqual([]);
  });

  it('follows a short link to another one, and not for ever', async () => {
    const other = 'https://goo.gl/maps/x';
    expect((await expand(other)).next).toMatchObject([
      { kind: 'shortLink', url: other, cursor: { hops: 1 } },
    ]);
    expect((await expand(other, { hops: 2 })).invalid[0]?.message).toBe(
      'line 3, own: the short link leads to 3 others, and no place',
    );
  });

  it.each<[string, string | undefined, Case, string]>([
    [
      'an answer without a redirect',
      undefined,
      { status: 404 },
      'leads nowhere: maps.app.goo.gl answered 404',
    ],
    [
      'a search',
      'https://www.google.com/maps/search/x',
      {},
      'leads to https://www.google.com/maps/search/x, names no place',
    ],
    [
      'half an id, for the API',
      'https://maps.google.com/?cid=42',
      {},
      'leads to https://maps.google.com/?cid=42, a CID is half',
    ],
  ])('reports %s', async (_, redirect, options, message) => {
    const { next, invalid } = await expand(redirect, options);
    expect(next).toEqual([]);
    expect(invalid).toMatchObject([
      { url: short, code: 'PLACE_UNRESOLVED', message: expect.stringContaining(message) },
    ]);
  });

  it('takes half an id for the listing, and comes again to a host that is busy', async () => {
    const { next } = await expand('https://maps.google.com/?cid=42', { source: { source: 'google-maps' } });
    expect(next).toHaveLength(1);
    await expect(expand(undefined, { status: 503 })).rejects.toThrow(RetryError);
  });
});

describe('noteLinks', () => {
  it('says how a file of links begins, and what of it the source cannot resolve', async () => {
    const lines = ['0x1:0x2a\ta', '42', short, 'nothing', '# no'];
    writeFileSync(join(folder.path, 'l.tsv'), lines.join('\n'));
    const { source } = await planOf({ key: 'k', linkFile: 'l.tsv' });
    expect(await noteLinks(source, files)).toEqual([
      'l.tsv has 4 links (1 by feature id, 1 by CID, 1 by short link, 1 by nothing known)',
      '2 of them cannot be resolved by google-places, such as line 2: a CID is half of an id, with which the API cannot find a place; source: google-maps can',
    ]);
  });

  it('says so of a file that is not there', async () => {
    const { source } = await planOf({ key: 'k', linkFile: 'gone.tsv' });
    await expect(noteLinks(source, files)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  });
});
