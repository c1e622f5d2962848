import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import { drawSample } from '../sample.ts';
import { makeChoices } from './choices.ts';
import { type Case, cases, deployed, onThisMachine, pagesOf } from './legal-settings.ts';
import type { Scenario } from './scenario.ts';
import { simulateScenario } from './simulate.ts';

/** `SETTINGS_CASES=20000 node test/run.ts test/simulation/settings.test.ts` tries as many. */
const chosen = process.env['SETTINGS_CASES'];

const casesOf = (task: TestContext['task']) =>
  chosen === undefined ? drawSample(task, 'cases', 100, 20) : { numRuns: Number(chosen) };

/** The longest that a queue keeps a message back: who waits longer looks in between. */
const maxDelayMs = 900_000;

async function checkEnd(it: Case, scenario: Scenario) {
  const { violations, counts, ...more } = await simulateScenario(scenario, makeChoices(it.seed));
  expect(violations).toEqual([]);
  expect(counts['r']).toMatchObject({ stored: pagesOf(it) });
  return more;
}

describe('every legal setting', () => {
  it('of a deployment lets a run end with all its pages, in few calls of functions', {
    timeout: 600_000,
  }, async ({ task }) => {
    await fc.assert(
      fc.asyncProperty(cases, async (it) => {
        const { calls, tookMs } = await checkEnd(it, deployed(it));
        const pages = pagesOf(it);
        // Each page is a batch at worst: deferred until its turn is foreseen, and until it is there, then visited.
        const looks = Math.floor(tookMs / maxDelayMs) * pages;
        expect(calls).toBeLessThanOrEqual(6 * pages + 20 + looks);
      }),
      casesOf(task),
    );
  });

  it('of this machine does too', { timeout: 600_000 }, async ({ task }) => {
    await fc.assert(
      fc.asyncProperty(cases, async (it) => {
        await checkEnd(it, onThisMachine(it));
      }),
      casesOf(task),
    );
  });
});
