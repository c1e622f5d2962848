import { describe, expect, it } from 'vitest';
import { costLines, costOfRun } from '../../../cli/aws/cost-text.ts';

describe('costLines', () => {
  it('tells the cost by service, dearest first, per 1,000 pages, and the write units per page', () => {
    const counts = {
      stored: 900,
      failed: 100,
      'used:writeUnits': 1_500,
      'used:s3Puts': 40,
      'used:lambdaMbMs': 1e9,
    };
    expect(costLines(costOfRun(counts), true)).toEqual([
      '  cost    $0.0142: Lambda $0.013, DynamoDB $0.00094, S3 $0.0002',
      '          $0.0142 per 1,000 pages, 1.50 write units per page',
    ]);
  });

  it('leaves out what is per page before there is a page', () => {
    expect(costLines(costOfRun({}), false)).toEqual(['  cost    $0.00 so far']);
  });
});
