/** How exactly a format of the step `date` names a moment; a time has its day. */
export type DatePrecision = 'year' | 'month' | 'week' | 'day' | 'second';

/**
 * How exactly a format names a moment, by its tokens (Unicode TR 35, as Luxon has them). For what a format lacks Luxon takes the first
 * month or day, or the year of today: `undefined` for one with a hole, such as a day or a time without its month, and for quarters,
 * which ISO 8601 does not have.
 */
export function precisionOf(format: string): DatePrecision | undefined {
  // Text in quotes is no token.
  const tokens = format.replace(/'[^']*'/g, '');
  const has = (letters: RegExp) => letters.test(tokens);
  const isWhole = has(/[DfF]/);
  const weekday = has(/k/) && has(/W/) && has(/[Ec]/);
  const hasDay = isWhole || weekday || (has(/y/) && (has(/o/) || (has(/[ML]/) && has(/d/))));
  if (has(/[hHmsSutT]/) || has(/[fF]/)) return hasDay ? 'second' : undefined;
  if (hasDay) return 'day';
  if (has(/[doq]/)) return undefined;
  if (has(/k/) && has(/W/)) return 'week';
  if (!has(/y/) || has(/W/)) return undefined;
  return has(/[ML]/) ? 'month' : 'year';
}

/** Does a format name the zone of its times? */
export function namesZone(format: string): boolean {
  return /[zZ]/.test(format.replace(/'[^']*'/g, ''));
}
