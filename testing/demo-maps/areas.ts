import { type Box, boxAround, country, type Quarter, quarters } from './geography.ts';
import { makeIds } from './ids.ts';

/** A town or a quarter of the city: what Google has a place id for that is no business. */
export interface CityArea {
  placeId: string;
  name: string;
  types: string[];
  viewport: Box;
}

const ofTown = quarters.filter(({ neighbourhood, spreadKm }) => neighbourhood === undefined && spreadKm > 0);

/** Each town by its name, and each neighbourhood. */
export const cityAreas: readonly CityArea[] = [
  ...ofTown.map((quarter, index) => areaOf(quarter, quarter.town, 'locality', index)),
  ...quarters.flatMap((quarter, index) =>
    quarter.neighbourhood === undefined
      ? []
      : [areaOf(quarter, `${quarter.neighbourhood}, ${quarter.town}`, 'neighborhood', 100 + index)],
  ),
];

function areaOf({ centre, spreadKm }: Quarter, name: string, type: string, index: number): CityArea {
  const { placeId } = makeIds(0xa_0000n + BigInt(index), 0xb_0000n + BigInt(index));
  const viewport = boxAround(centre, spreadKm * 4_000, spreadKm * 4_000);
  return { placeId, name: `${name}, ${country.name}`, types: [type, 'political'], viewport };
}

/** By the beginning of its name, in any case: `harrow bay`, `Quayside, Oldport`. */
export function findArea(query: string): CityArea | undefined {
  const wanted = query.trim().toLowerCase();
  return cityAreas.find(({ name }) => `${name.toLowerCase()},`.startsWith(`${wanted},`));
}

/** By its names in places.googleapis.com/v1. */
export function renderArea({ placeId, name, types, viewport }: CityArea): Record<string, unknown> {
  const { south, west, north, east } = viewport;
  return {
    ...{ name: `places/${placeId}`, id: placeId, types, formattedAddress: name },
    viewport: {
      low: { latitude: south, longitude: west },
      high: { latitude: north, longitude: east },
    },
  };
}
