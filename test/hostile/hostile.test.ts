import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { makeRenderer } from '../../shared/browser/renderer.ts';
import type { Renderer } from '../../shared/browser/types.ts';
import { takeSample } from '../sample.ts';
import { type Attacker, openAttacker } from './attacker.ts';
import { attacks } from './attacks.ts';
import { doors } from './doors.ts';
import { play } from './play.ts';

/** What the page says of each attack, by the names of the doors. */
function readTable(): Map<string, Map<string, string>> {
  const page = readFileSync(join(import.meta.dirname, '../../docs/hostile-input.md'), 'utf8');
  const [servers = ''] = page.split('\n## By address');
  const rows = servers.split('\n').filter((line) => line.startsWith('| '));
  const [head = [], , ...body] = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  return new Map(
    body.map((cells) => [cells[1] ?? '', new Map(head.map((name, index) => [name, cells[index] ?? '']))]),
  );
}

const table = readTable();
const cases = attacks.flatMap((attack) =>
  doors.filter((door) => door.takes?.(attack) !== false).map((door) => ({ attack, door })),
);
/** Each attack at the door of pages, and one of each kind at all doors that need no browser. */
const ofEachKind = [
  'a bomb of zstd, 256 MB',
  '200,000 nested elements',
  'a body without end',
  'a body that drips',
];
const sample = cases.filter(
  ({ attack, door }) =>
    door.name === 'page' || (ofEachKind.includes(attack.name) && !/browser|webhook/.test(door.name)),
);
/** Of the process, with all that the tests before have left in it. */
const maxPeakMb = 1_400;

const hasBrowser = (() => {
  try {
    return findChromium(undefined) !== '';
  } catch {
    return false;
  }
})();

describe('what means harm', () => {
  let attacker: Attacker;
  let renderer: Renderer | undefined;
  beforeAll(() => {
    attacker = openAttacker();
    if (hasBrowser) renderer = makeRenderer({ sandbox: process.getuid?.() !== 0 });
  });
  afterAll(async () => {
    await renderer?.close();
    await attacker.close();
  });

  it('gets the code that docs/hostile-input.md says, at each door, and the others of its run go on', {
    timeout: 1_800_000,
  }, async ({ task }) => {
    const without = cases.filter(({ door }) => renderer !== undefined || !/browser/.test(door.name));
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const { attack, door } of takeSample(task, 'hostile cases', without, sample)) {
      const name = `${attack.name} | ${door.name}`;
      const { code, peakMb = 0 } = await play(door, attack, attacker, renderer);
      const cell = table.get(attack.name)?.get(door.name) ?? '';
      const allowed = [...cell.matchAll(/`(.+?)`/g)].map(([, one]) => one ?? '');
      found[name] = peakMb > maxPeakMb ? `${code}, with ${peakMb} MB` : code;
      expected[name] = allowed.includes(code) ? code : cell;
    }
    expect(found).toEqual(expected);
  });

  it('is all in the table, which has nothing else', () => {
    expect([...table.keys()]).toEqual(attacks.map(({ name }) => name));
  });
});
