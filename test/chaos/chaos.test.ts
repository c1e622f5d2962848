import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { checkEvidence } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { makePlan } from './plan.ts';
import { playRound, type RoundResult } from './round.ts';

const seed = 4;
const folder = temporaryFolder();
let result: RoundResult;
beforeAll(async () => {
  result = await playRound(makePlan(seed, 'short'), folder.path);
}, 300_000);
afterAll(() => folder.remove());

describe('a short round of chaos', () => {
  it('holds every invariant, and looks at something for each', () => {
    const findings = checkEvidence(result.evidence);
    expect(findings.filter(({ violations }) => violations.length > 0)).toEqual([]);
    expect(findings.filter(({ checked }) => checked === 0)).toEqual([]);
    expect(result.isStuck).toBe(false);
  });

  it('has been one: processes died, calls and answers were lost', () => {
    const kinds = Object.keys(result.faults);
    expect(kinds).toEqual(
      expect.arrayContaining(['killWorker', 'killStore', 'stopWorker', 'lostAnswer', 'throttled']),
    );
  });
});

/** The invariant's line, and what would have turned it red. */
const plants: [string, (evidence: Evidence) => void][] = [
  ['1 an outcome is written once', ({ answered: [first] }) => Object.assign(first ?? {}, { hashes: 2 })],
  [
    '1 every child of an outcome is done',
    ({ rows }) => remove(rows, ({ kind, key }) => kind === 'done' && key !== 'seed'),
  ],
  [
    '2 each URL is admitted once and ends once',
    ({ runs: [run] }) => {
      const pages = run?.outcomes
        .map((outcome) => outcome.pages)
        .find(([fact]) => fact?.end === 'stored' && fact.kind === 'page');
      pages?.push(...pages);
    },
  ],
  [
    '2 the counts are those of the facts',
    ({ runs: [run] }) => Object.assign(run?.counts ?? {}, { stored: 1 }),
  ],
  [
    '2 every page ends as the site says',
    ({ runs: [run] }) => Object.assign(run?.truth.ends ?? {}, { 'http://lost/': ['stored'] }),
  ],
  [
    '6 the items are those of the site',
    ({ runs: [run] }) => run?.outcomes.find(({ items }) => items.length > 0)?.items.pop(),
  ],
  [
    '3 turns are granted a gap apart',
    ({ rows }) => rows.splice(0, 0, ...rows.filter(({ kind }) => kind === 'turns').slice(-1)),
  ],
  ['3 every request has a turn', ({ rows }) => remove(rows, ({ kind }) => kind === 'turns')],
  [
    '3 requests arrive a gap apart',
    ({ arrivals }) => arrivals.push(...arrivals.map((arrival) => ({ ...arrival, at: arrival.at + 1 }))),
  ],
  [
    '3 robots.txt is obeyed',
    ({ arrivals, runs: [run] }) => run?.truth.forbidden.push(arrivals[0]?.path ?? ''),
  ],
  ['4 no commit under an old fence', ({ rows }) => changeFirst(rows, 'done', { carried: 0 })],
  ['4 fences only grow', ({ rows }) => rows.push(...rows.filter(({ kind }) => kind === 'lease').slice(0, 1))],
  ['5 open is not 0 too early', ({ rows }) => changeFirst(rows, 'open', { value: 0 })],
  [
    '5 no batch is sent before it is counted',
    ({ rows }) =>
      rows.unshift(...remove(rows, ({ kind, key }) => kind === 'send' && key !== 'seed').slice(0, 1)),
  ],
  ['5 open is 0 and the run finished', ({ runs: [run] }) => Object.assign(run ?? {}, { state: 'running' })],
  [
    'locks: no increment is lost',
    ({ rows }) => remove(rows, ({ kind, data }) => kind === 'register' && data['value'] === 2),
  ],
  ['locks: no write under an old fence', ({ rows }) => changeFirst(rows, 'register', { fence: 1_000_000 })],
  [
    'locks: fences only grow',
    ({ rows }) => rows.push(...rows.filter(({ kind }) => kind === 'grant').slice(0, 1)),
  ],
];

describe('checkEvidence', () => {
  it.each(plants)('reports what breaks "%s"', (invariant, plant) => {
    const evidence = structuredClone(result.evidence);
    plant(evidence);
    const red = checkEvidence(evidence).filter(({ violations }) => violations.length > 0);
    expect(red.map((finding) => finding.invariant.replace(/ \(.*/, ''))).toContain(invariant);
  });

  it('has a plant for each of its lines', () => {
    const lines = checkEvidence(result.evidence).map((finding) => finding.invariant.replace(/ \(.*/, ''));
    expect(lines).toEqual(plants.map(([invariant]) => invariant));
  });
});

function remove<T>(list: T[], isOut: (entry: T) => boolean): T[] {
  const out = list.filter(isOut);
  list.splice(0, list.length, ...list.filter((entry) => !isOut(entry)));
  return out;
}

function changeFirst(rows: Evidence['rows'], kind: string, change: Evidence['rows'][number]['data']): void {
  const row = rows.find((entry) => entry.kind === kind);
  if (row !== undefined) row.data = { ...row.data, ...change };
}
