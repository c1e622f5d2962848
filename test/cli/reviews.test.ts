import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { writeDemoJob } from '../../testing/demo-maps/demo-job.ts';
import { allReviews } from '../../testing/demo-maps/review-list.ts';
import { type Maps, startMaps } from '../../testing/demo-maps/server.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

const city = makeCity({ count: 60, seed: 3 });
const dentists = city.ranked('dentist');
const reviews = dentists.flatMap(allReviews);
const cut = dentists.filter((place) => allReviews(place).length > 20).length;

let maps: Maps;
let folder: CliFolder;

const jobOf = (settings: string, url = maps.url) =>
  writeDemoJob({ url, source: 'google-maps' })
    .replace(', emails, socials', '')
    .replace(/formats: .*\]/, 'formats: [jsonl]')
    .replace(/( +endpoint:)/, `      reviews: ${settings}\n$1`);

beforeAll(async () => {
  maps = await startMaps({ city, robots: 'open' });
  folder = openCliFolder();
  folder.write('reviews.yaml', jobOf('{ onlyNew: true }'));
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await maps.close();
});

describe('spinneret on the reviews of places', () => {
  it('shows with try the first reviews of the first place', async () => {
    const { code, stdout } = await folder.call('try', 'dentist', '--file', 'reviews.yaml', '--limit', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}reviews (20|1?\d) reviews? on the first page of the first place$/m);
    const answer = await folder.call('try', 'dentist', '--file', 'reviews.yaml', '--limit', '2', '--json');
    const [trial = {}] = parseLines(answer.stdout).filter(({ query }) => query === 'dentist');
    const [place] = trial['items'] as { fields: { placeId: string } }[];
    const listed = trial['reviews'] as { fields: { placeId: string; rating: number } }[];
    expect(new Set(listed.map(({ fields }) => fields.placeId))).toEqual(new Set([place?.fields.placeId]));
    expect(trial['items']).toHaveLength(2);
  });

  it('checks, estimates, reads and counts them, and gives the new ones alone in the next run', async () => {
    const checked = await folder.call('validate', 'reviews.yaml');
    expect(checked.stdout).toContain('10 fields and the reviews of each place');
    const estimated = await folder.call('estimate', 'reviews.yaml');
    expect(estimated.stdout).toContain(
      'reviews a request for each 20 of a place, 1 at least; maxPerPlace or since sets a limit',
    );
    const ran = await folder.call('run', 'reviews.yaml');
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain(`reviews ${reviews.length} listed`);
    expect(ran.stdout).toContain(`places read to the end: ${dentists.length}`);
    const { stdout } = await folder.call('export', '--last');
    const items = parseLines(stdout);
    expect(items.filter(({ _item }) => _item === 'review').length).toBe(reviews.length);
    const place = items.find(({ _item }) => _item === 'place');
    expect(place).toMatchObject({ reviewsRead: { end: 'whole', listed: expect.any(Number) } });
    const csv = await folder.call('export', '--last', '--output', 'items.csv');
    expect(csv.code).toBe(0);
    const again = await folder.call('run', 'reviews.yaml');
    expect(again.stdout).toMatch(/reviews \d+ listed, \d+ known from earlier runs/);
  });

  it('ends with exit code 1 and names the places whose reviews were not read to their end', async () => {
    const faulty = await startMaps({ city, robots: 'open', reviewPages: 'repeated' });
    folder.write('cut.yaml', jobOf('true', faulty.url).replace('demo-maps', 'cut'));
    const { code, stdout, stderr } = await folder.call('run', 'cut.yaml');
    await faulty.close();
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain(
      `the reviews of ${cut} of ${dentists.length} places were not read`,
    );
    expect(stdout).toContain(`${cut} REVIEWS_CUT`);
    const { stdout: coverage } = await folder.call('coverage', '--last');
    expect(coverage).toContain(`the reviews of ${cut} of ${dentists.length} places were not read`);
  });

  it('refuses them of the API, with the reason', async () => {
    const job = writeDemoJob({ url: maps.url, source: 'google-places' });
    folder.write('api.yaml', job.replace(/( +endpoint:)/, '      reviews: true\n$1'));
    const { code, stdout, stderr } = await folder.call('validate', 'api.yaml');
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('no reviews with source: google-places');
  });
});
