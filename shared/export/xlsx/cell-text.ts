import { xmlText } from '../../places/xml-text.ts';

/** `xmlText` for a cell, where `_x0041_` means A (ECMA-376 Part 1, §22.9.2.19 ST_Xstring). */
export function cellText(text: string): string {
  return xmlText(text).replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_');
}
