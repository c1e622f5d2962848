export interface SerialDate {
  /** Days since 1899-12-30, the time of day as a fraction: the form in which spreadsheets store dates. */
  serial: number;
  hasTime: boolean;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const dayMs = 86_400_000;
const epoch = Date.UTC(1899, 11, 30);
/** Before this day, spreadsheets count a 29 February 1900 that did not exist. */
const firstSerial = 61;

/**
 * The date of text that is exactly a date or date-time of ISO 8601; `undefined` for all other text, impossible
 * days and years before 1900 included. A spreadsheet has no time zones: a time with a zone is converted to UTC, a
 * time without one stays as it is.
 */
export function isoDate(text: string): SerialDate | undefined {
  // Most text is no date, and every cell is checked.
  if (text[4] !== '-' || text.length < 10 || text.length > 35) return undefined;
  const [match, year, month, day, hour, minute, second = '0', fraction = '', zone] = pattern.exec(text) ?? [];
  if (match === undefined) return undefined;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isDay = new Date(date).toISOString().startsWith(text.slice(0, 10));
  const hasTime = hour !== undefined;
  const isTime = !hasTime || (Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60);
  if (!isDay || !isTime) return undefined;
  const timeMs = hasTime
    ? ((Number(hour) * 60 + Number(minute)) * 60 + Number(second + fraction)) * 1_000 - offsetMs(zone)
    : 0;
  const serial = (date + Math.round(timeMs) - epoch) / dayMs;
  return serial < firstSerial ? undefined : { serial, hasTime };
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
