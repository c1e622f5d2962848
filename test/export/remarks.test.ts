import { describe, expect, it } from 'vitest';
import { noRemarks, remarkLines } from '../../shared/export/remarks.ts';

describe('remarkLines', () => {
  it('says nothing when there is nothing to say', () => {
    expect(remarkLines(noRemarks())).toEqual([]);
  });

  it('says what there is, a line each', () => {
    const lines = remarkLines({ expiredPlaces: 1, unsorted: 3, cutCells: 0, plainUrls: 12_345 });
    expect(lines).toEqual([
      expect.stringMatching(/^1 place lost fields /),
      expect.stringMatching(/^not sorted: none of 3 records has the field/),
      expect.stringMatching(/^12,345 URLs not clickable/),
    ]);
  });
});
