import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reason } from '../../shared/errors.ts';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { type DemoJobOptions, writeDemoJob } from '../../testing/demo-maps/demo-job.ts';
import { type Maps, type MapsOptions, startMaps } from '../../testing/demo-maps/server.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

const city = makeCity({ count: 300, seed: 3 });

let folder: CliFolder;
const opened: Maps[] = [];

beforeAll(() => {
  folder = openCliFolder({ GOOGLE_PLACES_KEY: 'demo-key' });
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await Promise.all(opened.map((maps) => maps.close()));
});

/** Writes a job for a stand-in of its own, with `changed` applied to its text. */
async function write(
  file: string,
  source: DemoJobOptions['source'],
  options: Omit<MapsOptions, 'city'> = {},
  change: (job: string) => string = (job) => job,
): Promise<Maps> {
  const maps = await startMaps({ city, robots: 'open', ...options });
  opened.push(maps);
  folder.write(file, change(writeDemoJob({ url: maps.url, source }).replace(', emails, socials', '')));
  return maps;
}

const lineOf = (stdout: string, type: string) =>
  parseLines(stdout).find((line) => line['type'] === type) ?? {};

describe('a key that Google refuses', () => {
  beforeAll(async () => {
    await write('refused.yaml', 'google-places', { keys: { 'demo-key': 'BILLING_DISABLED' } });
  });

  it('is the reason that estimate gives, in place of a count', async () => {
    const { code, stdout } = await folder.call('estimate', 'refused.yaml');
    expect(code).toBe(1);
    expect(stdout).toMatch(/paused {2}PLACES_DENIED: .*billing account/);
    expect(stdout).toContain('do      Do what the message says in the Google Cloud console');
    expect(stdout).toContain('places  unknown');
    expect(stdout).not.toMatch(/counted|in the time given/);
    const forMachines = await folder.call('estimate', 'refused.yaml', '--json');
    expect(lineOf(forMachines.stdout, 'estimate')).toMatchObject({
      heldUp: { code: 'PLACES_DENIED' },
      sources: [{ known: 'nothing', shareCounted: 0, bills: [] }],
    });
  });

  it('is reported by run and by status alike, with how to get at what there is', async () => {
    const ran = await folder.call('run', 'refused.yaml', '--json');
    expect(ran.code).toBe(1);
    const [result] = lineOf(ran.stdout, 'result')['runs'] as { run: string; reason: Reason }[];
    expect(result?.reason.code).toBe('PLACES_DENIED');
    const shown = await folder.call('status', '--last');
    expect(shown.stdout).toContain(`paused  PLACES_DENIED: ${result?.reason.message}`);
    expect(shown.stdout).toContain('do      Do what the message says in the Google Cloud console');
    expect(shown.stdout).toContain(`npx spinneret export ${result?.run} --output items.xlsx`);
    const forMachines = await folder.call('status', '--last', '--json');
    expect(JSON.parse(forMachines.stdout)).toMatchObject({ run: result?.run, reason: result?.reason });
  });
});

describe('spinneret estimate of places', () => {
  it('says what failed, where the service is down', async () => {
    const maps = await write('down.yaml', 'google-places', {}, (job) => `${job}fetch: { attempts: 1 }\n`);
    await maps.close();
    const { code, stdout } = await folder.call('estimate', 'down.yaml');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /places {2}unknown: no cell was searched to its end; searches failed: CONNECT_FAILED \d+\n +The host refused/,
    );
    expect(stdout).not.toMatch(/counted|in the time given/);
  });

  it('claims neither time nor budget of a listing that it does not ask', async () => {
    const maps = await write('listing.yaml', 'google-maps');
    const { code, stdout } = await folder.call('estimate', 'listing.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain('places  unknown: the listing is not asked for an estimate');
    expect(stdout).not.toMatch(/counted|time |budgetUsd/);
    expect(maps.requests().listing).toBe(0);
  });
});

describe('spinneret run of places', () => {
  it('takes --max-items in place of --max-pages, which would bound nothing', async () => {
    await write('few.yaml', 'google-places');
    const refused = await folder.call('run', 'few.yaml', '--max-pages', '3');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/USAGE: --max-pages does not bound demo-maps.*--max-items.*budgetUsd/);
    const ran = await folder.call('run', 'few.yaml', '--max-items', '3', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    expect(lineOf(ran.stdout, 'result')['runs']).toMatchObject([{ items: 3 }]);
  });

  it('has failed where no search was answered, and says why', async () => {
    await write('obedient.yaml', 'google-maps', { robots: 'google' });
    const { code, stdout } = await folder.call('run', 'obedient.yaml');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /asked {3}0 answers to searches, \d+ skipped\n +\d+ ROBOTS_DISALLOWED: robots.txt/,
    );
    expect(stdout).toContain('nothing was searched: no search was answered');
    expect(stdout).toContain('npx spinneret try QUERY');
    expect(stdout).not.toContain('try URL');
  });

  it('has failed where its budget pays for no request', async () => {
    await write('cent.yaml', 'google-places', {}, (job) => `${job}limits: { budgetUsd: 0.01 }\n`);
    const { code, stdout } = await folder.call('run', 'cent.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('limits.budgetUsd is less than the first request costs: no place was read');
    expect(stdout).toMatch(/google {2}\$0\.00: /);
  });

  it('tells several sources apart in what was covered', async () => {
    const maps = await write('two.yaml', 'google-places');
    const [api = '', rest = ''] = folder.read('two.yaml').split(/(?=^politeness)/m);
    const [, listing = ''] = writeDemoJob({ url: maps.url, source: 'google-maps' }).split('sources:\n');
    const [second = ''] = listing.replace(', emails, socials', '').split(/(?=^politeness)/m);
    folder.write('two.yaml', `${api}${second}${rest}`);
    const { code, stdout, stderr } = await folder.call('run', 'two.yaml');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('covered by source 1, google-places: 100 % of the area whole');
    expect(stdout).toContain('covered by source 2, google-maps: 100 % of the area whole');
  });
});

describe('spinneret try of places', () => {
  it('says what the listing is, and what a code means', async () => {
    await write('forbidden.yaml', 'google-maps', { robots: 'google' });
    const { code, stdout, stderr } = await folder.call('try', 'dentist', '--file', 'forbidden.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('terms of service forbid automated access');
    expect(stdout).toContain('ROBOTS_DISALLOWED: robots.txt forbids the URL.');
    expect(stdout).toContain('robots of the places source');
  });

  it('says why a job of place ids alone has nothing to try', async () => {
    const named = (job: string) =>
      job
        .replace(/ +queries:.*\n +areas:\n.*\n.*\n/, '      placeIds: ChIJN1t_tDeuEmsRUsoyG83frY4\n')
        .replace(', geojson', '');
    await write('named.yaml', 'google-places', {}, named);
    const { code, stderr } = await folder.call('try', 'dentist', '--file', 'named.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('the job only names placeIds');
    expect(stderr).toContain('--max-items 1');
  });
});
