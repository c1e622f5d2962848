import { describe, expect, it } from 'vitest';
import { resumeHint } from '../../../cli/local/work-on-runs.ts';

describe('resumeHint', () => {
  it('names up to three runs', () => {
    expect(resumeHint(['a-1', 'b-1', 'c-1'])).toBe('go on with: npx spinneret resume a-1 b-1 c-1');
  });

  it('counts more than three', () => {
    const runs = Array.from({ length: 1_600 }, (_, index) => `run-${index}`);
    expect(resumeHint(runs)).toBe(
      'go on with: npx spinneret resume RUN … (1,600 runs; npx spinneret status lists them)',
    );
  });
});
