import { unlessEmpty } from '../../../places/known-fields.ts';
import type { AddressParts } from '../../../places/place.ts';
import { readList, readObject, readText } from './read-values.ts';

interface Component {
  long: string | undefined;
  short: string | undefined;
  types: unknown[];
}

/** `formatted`: the address in one line, which shows whether the number stands before the street or after it. */
export function readAddressParts(components: unknown, formatted = ''): AddressParts | undefined {
  const parts = readList(components).map(readComponent);
  const find = (...types: string[]) =>
    types.map((type) => parts.find((component) => component.types.includes(type))).find((found) => found);
  const country = find('country');
  return unlessEmpty<AddressParts>({
    borough: find('neighborhood', 'sublocality_level_1', 'sublocality')?.long,
    street: joinStreet(find('route')?.long, find('street_number')?.long, formatted),
    city: find('locality', 'postal_town', 'administrative_area_level_3')?.long,
    postalCode: find('postal_code')?.long,
    state: find('administrative_area_level_1')?.long,
    country: country?.short ?? country?.long,
  });
}

function readComponent(value: unknown): Component {
  const { longText, shortText, types } = readObject(value);
  return { long: readText(longText), short: readText(shortText), types: readList(types) };
}

function joinStreet(
  route: string | undefined,
  number: string | undefined,
  formatted: string,
): string | undefined {
  if (route === undefined || number === undefined) return route;
  const numberFirst = `${number} ${route}`;
  const numberLast = `${route} ${number}`;
  // If the line abbreviates the street, neither order matches: then the number stands first, as in most examples of the API.
  const isLast = formatted.includes(numberLast) && !formatted.includes(numberFirst);
  return isLast ? numberLast : numberFirst;
}
