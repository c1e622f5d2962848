import { describe, expect, it } from 'vitest';
import { cellText } from '../../../shared/export/xlsx/cell-text.ts';

describe('cellText', () => {
  it('keeps what a spreadsheet would read as an escape', () => {
    expect(cellText('_x0041_ _X000d_ _x41_ __x0041_')).toBe(
      '_x005F_x0041_ _x005F_X000d_ _x41_ __x005F_x0041_',
    );
  });
});
