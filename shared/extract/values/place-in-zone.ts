import { loadLuxon } from '../transforms/luxon.cjs';

const localTime = /T[\d:.]+$/;

/**
 * Makes UTC of a date with a time that names no zone, as `parseDate` writes it: the time of a clock in this zone (of the tz
 * database). A day alone, and a time that names its zone, stay as they are. `undefined` for a time that such a clock
 * shows twice in a night, or never.
 */
export function placeInZone(zone: string): (date: string) => string | undefined {
  const { DateTime } = loadLuxon();
  return (date) => {
    if (!localTime.test(date)) return date;
    const moment = DateTime.fromISO(date, { zone });
    const isShown = moment.toFormat("yyyy-MM-dd'T'HH:mm:ss") === date.slice(0, 19);
    if (!isShown || moment.getPossibleOffsets().length !== 1) return undefined;
    return new Date(moment.toMillis()).toISOString().replace('.000Z', 'Z');
  };
}
