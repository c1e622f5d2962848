import { at, eachOf, listAt, numberAt, textAt } from './at-path.ts';

/** A section of what the profile says of itself, such as the parking it has. */
export interface ListingSection {
  /** One id for all languages, such as service_options. */
  id: string;
  options: { id?: string; label: string; has: boolean }[];
}

/** How busy it is, day by day. */
export interface ListingBusyDay {
  /** 1 is Monday, 7 is Sunday. */
  dow: number;
  /** Hour 0 to 23 and percent of the busiest hour. */
  hours: [number, number][];
}

export function readAbout(d: unknown): ListingSection[] | undefined {
  return eachOf(listAt(d, 100, 1), (section) => {
    const id = textAt(section, 0);
    if (id === undefined) return undefined;
    return { id, options: eachOf(listAt(section, 2), readOption) ?? [] };
  });
}

export function readPopularTimes(d: unknown): ListingBusyDay[] | undefined {
  return eachOf(listAt(d, 84, 0), (day) => {
    const dow = at(day, 0);
    const hours = eachOf(listAt(day, 1), readHour);
    const isWeekday = Number.isInteger(dow) && Number(dow) >= 1 && Number(dow) <= 7;
    return isWeekday && hours ? { dow: Number(dow), hours } : undefined;
  });
}

/** Options of other kinds than yes or no (which cards, for instance) are left out. */
function readOption(option: unknown): ListingSection['options'][number] | undefined {
  const id = textAt(option, 0);
  const label = textAt(option, 1);
  const has = at(option, 2, 1, 0, 0);
  if (label === undefined || at(option, 2, 0) !== 1 || (has !== 0 && has !== 1)) return undefined;
  return { ...(id === undefined ? {} : { id }), label, has: has === 1 };
}

function readHour(entry: unknown): [number, number] | undefined {
  const hour = at(entry, 0);
  const percent = numberAt(entry, [1], { least: 0, most: 100 });
  const isHour = Number.isInteger(hour) && Number(hour) >= 0 && Number(hour) <= 23;
  return isHour && percent !== undefined ? [Number(hour), percent] : undefined;
}
