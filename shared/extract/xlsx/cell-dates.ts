/** What a number with a format of Excel stands for (ECMA-376, 18.8.30). */
export type CellDateFormat = 'date' | 'time' | 'both';

const builtIn: Record<number, CellDateFormat> = {
  ...{
    14: 'date',
    15: 'date',
    16: 'date',
    17: 'date',
    18: 'time',
    19: 'time',
    20: 'time',
    21: 'time',
    22: 'both',
  },
  ...{
    27: 'date',
    28: 'date',
    29: 'date',
    30: 'date',
    31: 'date',
    32: 'time',
    33: 'time',
    34: 'time',
    35: 'time',
    36: 'date',
  },
  ...{
    45: 'time',
    46: 'time',
    47: 'time',
    50: 'date',
    51: 'date',
    52: 'date',
    53: 'date',
    54: 'date',
    55: 'time',
  },
  ...{ 56: 'time', 57: 'date', 58: 'date' },
};

/** Texts and colours in a format are no letters of it; `[h]` are hours beyond a day. */
const noLetters = /"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi;

/** Of a format by its number, and by its code where the file has one; `undefined` for one of plain numbers. */
export function dateFormatOf(id: number, code: string | undefined): CellDateFormat | undefined {
  if (code === undefined) return builtIn[id];
  const [first = ''] = code.replace(noLetters, '').split(';');
  const hasTime = /[hs]|am\/pm/i.test(first);
  const isMonth = /m/i.test(first) && !hasTime;
  const hasDate = /[yd]/i.test(first) || isMonth;
  if (hasDate) return hasTime ? 'both' : 'date';
  return hasTime ? 'time' : undefined;
}

const dayMs = 86_400_000;

/**
 * A serial number of days as ISO 8601 without a zone: of 1900, where Excel has a 29 February that there was not, or of 1904.
 * `undefined` for a number that is no day.
 */
export function writeDate(serial: number, format: CellDateFormat, is1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < 2_958_466)) return undefined;
  const seconds = Math.round(serial * 86_400);
  if (format === 'time' && serial < 1) return clockOf(seconds);
  const days = is1904 ? serial : serial < 60 ? serial + 1 : serial;
  if (!is1904 && Math.floor(serial) === 60) return undefined;
  const epoch = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const at = new Date(epoch + Math.round((days * dayMs) / 1_000) * 1_000).toISOString();
  const isMidnight = at.endsWith('T00:00:00.000Z');
  return format === 'date' && isMidnight ? at.slice(0, 10) : at.slice(0, 19);
}

function clockOf(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
