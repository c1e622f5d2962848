import { describe, expect, it } from 'vitest';
import { readConcurrency, shortageOf } from '../../../cli/aws/concurrency.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { answerAwsCalls } from '../fake-api.ts';

/** What Lambda answers, one after the other: after a raise it goes on telling the old quota for a while. */
const answers = [10, 10, 1_000];

describe('GetAccountSettings that tells an old quota', () => {
  answerAwsCalls(() => {
    const ConcurrentExecutions = answers.shift();
    return {
      body: { AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions: ConcurrentExecutions } },
    };
  });

  it('is a warning that says so, and is asked anew by the next command', async () => {
    const { config } = connect({ region: 'us-east-1' });
    const shortages = [];
    for (let call = 0; call < 3; call += 1) {
      shortages.push(shortageOf(await readConcurrency(config), { workers: 100 }, 'us-east-1'));
    }
    expect(shortages.map((shortage) => shortage?.says.includes('allows 10 functions'))).toEqual([
      true,
      true,
      undefined,
    ]);
    expect(shortages[0]?.remedy).toContain('may still tell the old quota');
  });
});
