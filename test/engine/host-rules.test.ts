import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { gapOfJobMs } from '../../shared/engine/turns/host-rules.ts';

describe('gapOfJobMs', () => {
  const context = { job: { politeness: { gapMs: 700 } } } as unknown as RunContext;

  it.each([
    [60, 1_000],
    [7, 8_572],
    [1_200, 50],
    // A turn takes a millisecond at least, and a millisecond for lateness.
    [60_000, 2],
  ])('with its tolerance makes %i requests a minute one in %i ms', (perMinute, spacingMs) => {
    const gapMs = gapOfJobMs(context, { robots: 'api', perMinute });
    const slackMs = Math.min(20, Math.max(1, Math.round(gapMs / 50)));
    expect(gapMs + slackMs).toBe(spacingMs);
  });

  it("is the job's own where the host is no API", () => {
    expect(gapOfJobMs(context, { robots: 'obey' })).toBe(700);
  });
});
