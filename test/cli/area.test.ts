import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { writeDemoJob } from '../../testing/demo-maps/demo-job.ts';
import { type Maps, startMaps } from '../../testing/demo-maps/server.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

let maps: Maps;
let folder: CliFolder;
beforeAll(async () => {
  maps = await startMaps({ city: makeCity({ count: 400, seed: 11 }) });
  folder = openCliFolder({ GOOGLE_PLACES_KEY: 'demo-key', NO_KEY: '', WRONG_KEY: 'wrong' });
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await maps.close();
});

const ask = (...args: string[]) => folder.call('area', ...args, '--endpoint', maps.url);

it('prints areas that a job can search, for one priced request each, and none for a country', async () => {
  const before = maps.billed().dollars;
  const { code, stdout, stderr } = await ask('Harrow Bay', 'Quayside, Oldport', 'Attica, Greece');
  expect({ code, lines: stdout.trimEnd().split('\n') }, stderr).toEqual({
    code: 0,
    lines: [
      'areas:',
      expect.stringMatching(
        /^ {2}- \{ name: "Harrow Bay", box: \{ west: -33\.\d+, south: 46\.\d+, east: -33\.\d+, north: 46\.\d+ \} \} # Harrow Bay, Sargassia \(locality\)$/,
      ),
      expect.stringContaining('# Quayside, Oldport, Sargassia (neighborhood)'),
      '  - "Attica, Greece" # Attica, Greece (GR-A1)',
    ],
  });
  expect(stderr).toContain('2 priced requests: $0.01 at most');
  expect(maps.billed().dollars - before).toBeCloseTo(0.01, 9);

  const job = writeDemoJob({ url: maps.url, source: 'google-places' });
  const areas = stdout.trimEnd().split('\n').slice(0, 3);
  folder.write(
    'places.yaml',
    job.replace(/ {6}areas:[\s\S]*?\n(?= {6}fields)/, `${areas.map((line) => `      ${line}`).join('\n')}\n`),
  );
  expect(await folder.call('validate', 'places.yaml')).toMatchObject({ code: 0 });
});

it('says what a name stands for that is no area, and which name stands for nothing', async () => {
  const dentist = parseLines((await ask('dentist', 'Nowhere at all', '--json')).stdout);
  expect(dentist[0]).toMatchObject({
    areas: [{ state: 'business', types: expect.arrayContaining(['establishment']) }, { state: 'unknown' }],
    priced: 1,
    atMostUsd: 0.005,
  });
  const { code, stdout, stderr } = await ask('Nowhere at all');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('Google knows nothing of the name "Nowhere at all"');
});

it.each([
  ['NO_KEY', 'ENV_MISSING'],
  ['WRONG_KEY', 'PLACES_DENIED'],
])('refuses %s as %s', async (name, wanted) => {
  const { code, stderr } = await ask('Harrow Bay', '--key-env', name, '--json');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(wanted) });
});
