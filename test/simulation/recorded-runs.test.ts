import { describe, expect, it } from 'vitest';
import { type RunRecord, readRecords, recordRun } from './record-run.ts';
import { recordedScenarios } from './recorded-scenarios.ts';

/**
 * What the engine asks of its stores, and when, for some seeds: each call costs money on AWS, and its place among the others decides
 * what a crash can harm. Nothing here says which calls are right; that is for the invariants, which `check.ts` holds. A change of
 * the calls is to be seen by whoever reviews it: as a change of recorded-runs.json, method by method, that the change was meant to
 * make. Everything follows from the seed on virtual time, so no machine is too slow for it; what is drawn differs after the
 * first call that does.
 */
const recorded = readRecords();

describe('what the engine asks of its stores and of hosts, and when', () => {
  it.each(recordedScenarios)('is as it was recorded in the run $name', async (scenario) => {
    const { record, calls } = await recordRun(scenario);
    const before = recorded[scenario.name];
    expect(record, explain(scenario.name, calls, record, before)).toEqual(before);
  });

  it('is recorded of these runs alone', () => {
    expect(Object.keys(recorded)).toEqual(recordedScenarios.map(({ name }) => name));
  });
});

const write = 'node test/simulation/record-runs.ts';

function explain(name: string, calls: string[], { trace }: RunRecord, before: RunRecord | undefined): string {
  if (before === undefined) return `It is not recorded. To record it: ${write}`;
  const first = [...trace].findIndex((mark, index) => mark !== before.trace[index]);
  const at = first === -1 ? trace.length : first;
  const what = calls[at] === undefined ? 'is missing' : `is now ${shorten(calls[at])}`;
  return [
    `The first call that differs is number ${at + 1} of ${before.trace.length}, which ${what}`,
    `To see all of them, and compare them with those of another commit: ${write} --calls '${name}'`,
    `If the change is meant, to record it: ${write}`,
    '',
  ].join('\n');
}

const maxShown = 1_000;

function shorten(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
