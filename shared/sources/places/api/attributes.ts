import { readBoolean, readObject } from './read-values.ts';

/**
 * Sections and names of the attributes, as in the listing where it has the same, with the path of each in the API. Sections have the
 * listing's ids, which are the same in all languages. Names are in English whatever the requested language, since the API has no
 * display names for them; those of the listing have the same (`listing/option-names.ts`).
 */
export const attributes: Record<string, Record<string, string>> = {
  service_options: {
    'Curbside pickup': 'curbsidePickup',
    Delivery: 'delivery',
    'Dine-in': 'dineIn',
    'Outdoor seating': 'outdoorSeating',
    Takeout: 'takeout',
  },
  highlights: { 'Live music': 'liveMusic', Sports: 'goodForWatchingSports' },
  accessibility: {
    'Wheelchair accessible entrance': 'accessibilityOptions.wheelchairAccessibleEntrance',
    'Wheelchair accessible parking lot': 'accessibilityOptions.wheelchairAccessibleParking',
    'Wheelchair accessible restroom': 'accessibilityOptions.wheelchairAccessibleRestroom',
    'Wheelchair accessible seating': 'accessibilityOptions.wheelchairAccessibleSeating',
  },
  offerings: {
    Beer: 'servesBeer',
    Cocktails: 'servesCocktails',
    Coffee: 'servesCoffee',
    'Vegetarian options': 'servesVegetarianFood',
    Wine: 'servesWine',
  },
  dining_options: {
    Breakfast: 'servesBreakfast',
    Brunch: 'servesBrunch',
    Dessert: 'servesDessert',
    Dinner: 'servesDinner',
    Lunch: 'servesLunch',
  },
  amenities: { Restroom: 'restroom' },
  crowd: { Groups: 'goodForGroups' },
  planning: { 'Accepts reservations': 'reservable' },
  payments: {
    'Cash-only': 'paymentOptions.acceptsCashOnly',
    'Credit cards': 'paymentOptions.acceptsCreditCards',
    'Debit cards': 'paymentOptions.acceptsDebitCards',
    'NFC mobile payments': 'paymentOptions.acceptsNfc',
  },
  children: { 'Good for kids': 'goodForChildren', "Kids' menu": 'menuForChildren' },
  parking: {
    'Free parking garage': 'parkingOptions.freeGarageParking',
    'Free parking lot': 'parkingOptions.freeParkingLot',
    'Free street parking': 'parkingOptions.freeStreetParking',
    'Paid parking garage': 'parkingOptions.paidGarageParking',
    'Paid parking lot': 'parkingOptions.paidParkingLot',
    'Paid street parking': 'parkingOptions.paidStreetParking',
    'Valet parking': 'parkingOptions.valetParking',
  },
  pets: { 'Dogs allowed': 'allowsDogs' },
};

/** The attributes that the API gives as true or false; it omits unknown ones. Absent when all are unknown. */
export function readAttributes(
  json: Record<string, unknown>,
): Record<string, Record<string, boolean>> | undefined {
  const sections = Object.entries(attributes).flatMap(([section, paths]) => {
    const attributesOfSection = Object.entries(paths).flatMap(([name, path]) => {
      const value = readAt(json, path);
      return value === undefined ? [] : [[name, value] as const];
    });
    return attributesOfSection.length === 0
      ? []
      : [[section, Object.fromEntries(attributesOfSection)] as const];
  });
  return sections.length === 0 ? undefined : Object.fromEntries(sections);
}

function readAt(json: Record<string, unknown>, path: string): boolean | undefined {
  const [group = '', inner] = path.split('.');
  return readBoolean(inner === undefined ? json[group] : readObject(json[group])[inner]);
}
