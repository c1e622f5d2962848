import { describe, expect, it } from 'vitest';
import { cellText } from '../../../shared/export/xlsx/cell-text.ts';

describe('cellText', () => {
  it('keeps what a spreadsheet would read as an escape', () => {
    expect(cellText('_x0041_ _X000d_ _x41_ __x0041_')).toBe(
      '_x005F_x0041_ _x005F_X000d_ _x41_ __x005F_x0041_',
    );
  });

  it.each([
    ['a\u0000b\u0001\u001f', 'a_x0000_b_x0001__x001F_'],
    ['\ufffe\uffff', '_xFFFE__xFFFF_'],
    ['a\r\nb\rc\td', 'a_x000D_\nb_x000D_c\td'],
    ['\ud83d \ude00 \ud83d\ude00', '_xD83D_ _xDE00_ \ud83d\ude00'],
    ['_x0041\u0001', '_x005F_x0041_x0001_'],
    ['\u0007_x0041_', '_x0007__x005F_x0041_'],
  ])('writes %j, which XML has no sign for, as %j', (text, written) => {
    expect(cellText(text)).toBe(written);
  });
});
