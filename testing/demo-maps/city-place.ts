import type { PlaceStatus, Point } from '../../shared/places/place.ts';
import { type Category, categories, categoryOf, streets, surnames } from './categories.ts';
import { cityBox, country, roundTo, settle } from './geography.ts';
import { pickWeek, type Week } from './hours.ts';
import { makeIds, type PlaceIds } from './ids.ts';
import { encodePlusCode } from './plus-code.ts';
import { makeRandom, type Random } from './random.ts';

/** One business of the city: the truth, independent of the format of a source. Absent values are unknown to all sources. */
export interface CityPlace extends PlaceIds {
  /** From 0, in the order of the city. */
  number: number;
  kgmid: string;
  name: string;
  /** The main one first. */
  categories: Category[];
  location: Point;
  houseNumber: string;
  street: string;
  neighbourhood?: string;
  town: string;
  postalCode: string;
  /** Street, town and country in one line. */
  address: string;
  plusCode: string;
  phone?: { national: string; international: string };
  hasWebsite: boolean;
  rating?: number;
  reviews?: number;
  /** With 1 to 5 stars; they add up to `reviews`. */
  stars?: [number, number, number, number, number];
  /** 1 to 4. */
  priceLevel?: number;
  status: Exclude<PlaceStatus, 'unknown'>;
  week?: Week;
  description?: string;
  owner?: { name: string; id: string };
  photos: number;
  takesCards?: boolean;
  isAccessible?: boolean;
  /** Results come in its descending order. No two places have the same. */
  prominence: number;
}

/** The place of that number. Each has a sequence of its own, so that a larger city contains the smaller one. */
export function makePlace(seed: number, number: number): CityPlace {
  const random = makeRandom(seed * 1_000_003 + number);
  const { location, quarter } = locate(seed, number, random);
  const kinds = chooseCategories(number, random);
  const houseNumber = String(1 + random.below(180));
  const street = random.pick(streets);
  const postalCode = `${quarter.post}${String(random.below(90) + 10)}`;
  const rated = rate(random);
  const price = kinds[0]?.serves === true && random.chance(0.7) ? { priceLevel: 1 + random.below(4) } : {};
  return {
    ...makeIds(halfOf(random), number % 500 === 11 ? BigInt(random.below(1e9)) : halfOf(random)),
    number,
    kgmid: `/g/11${(number + 36 ** 6).toString(36)}`,
    name: nameIt(kinds, street, random),
    categories: kinds,
    location,
    houseNumber,
    street,
    ...(quarter.neighbourhood === undefined ? {} : { neighbourhood: quarter.neighbourhood }),
    town: quarter.town,
    postalCode,
    address: `${houseNumber} ${street}, ${quarter.town} ${postalCode}, ${country.name}`,
    plusCode: encodePlusCode(location.lat, location.lng),
    ...(random.chance(0.85) ? { phone: makePhone(number) } : {}),
    hasWebsite: random.chance(0.7),
    ...rated,
    ...price,
    ...describe(kinds, quarter.town, random),
    // The fraction tells equals apart and is the same in every city of the seed.
    prominence: (rated.reviews ?? 0) + 1 - 1 / (number + 2),
  };
}

function locate(seed: number, number: number, random: Random) {
  // Two places at one point, as in a house of doctors: the neighbour's sequence begins with where it settles.
  const isNextDoor = number % 50 === 49;
  const settled = settle(isNextDoor ? makeRandom(seed * 1_000_003 + number - 1) : random);
  const { lat, lng } = settled.point;
  const { south, west, north, east } = cityBox;
  const onLines: Point[] = [
    { lat: 47, lng: -33 },
    { lat: 47, lng },
    { lat, lng: -33 },
    { lat: south, lng: west },
    { lat: north, lng: east },
  ];
  const isRound = number % 100 === 13;
  const rounded = isRound ? { lat: roundTo(lat, 2), lng: roundTo(lng, 2) } : settled.point;
  return { quarter: settled.quarter, location: onLines[number] ?? rounded };
}

const totalWeight = categories.reduce((sum, { weight }) => sum + weight, 0);

function chooseCategories(number: number, random: Random): Category[] {
  let left = random.next() * totalWeight;
  const drawn = categories.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  // The first places stand on edges and corners of cells; they are dentists, so that one query must find all of them.
  const main = (number < 5 ? categoryOf.get('dentist') : drawn) ?? random.pick(categories);
  const other = random.chance(0.4) ? categoryOf.get(main.also ?? '') : undefined;
  return other === undefined ? [main] : [main, other];
}

function nameIt([main]: Category[], street: string, random: Random): string {
  if (main === undefined) return street;
  if (main.chain !== undefined && random.chance(0.15)) return main.chain;
  const kind = random.pick(main.names);
  if (random.chance(0.3)) return `${street.split(' ')[0]} ${kind}`;
  const [one, two] = [random.pick(surnames), random.pick(surnames)];
  return random.chance(0.3) ? `${one} & ${two} ${kind}` : `${one} ${kind}`;
}

function rate(random: Random): Pick<CityPlace, 'rating' | 'reviews' | 'stars'> {
  if (random.chance(0.1)) return {};
  const wanted = Math.max(1, Math.round(Math.exp(3 + 1.5 * random.normal())));
  const shares = [0.05, 0.05, 0.1, 0.25].map((share) => Math.floor(wanted * share * 2 * random.next()));
  const [one = 0, two = 0, three = 0, four = 0] = shares;
  const five = Math.max(0, wanted - one - two - three - four);
  const reviews = one + two + three + four + five;
  const rating = roundTo((one + 2 * two + 3 * three + 4 * four + 5 * five) / reviews, 1);
  return { rating, reviews, stars: [one, two, three, four, five] };
}

function describe(
  kinds: Category[],
  town: string,
  random: Random,
): Pick<CityPlace, 'status' | 'week' | 'description' | 'owner' | 'photos' | 'takesCards' | 'isAccessible'> {
  const draw = random.next();
  const label = kinds.map((kind) => kind.label.toLowerCase()).join(' and ');
  const description = `A ${label} in ${town}, “by the water” since ${1950 + random.below(70)}.`;
  const owner = {
    name: `${random.pick(surnames)} (Owner)`,
    id: `1${String(random.below(1e15)).padStart(20, '0')}`,
  };
  return {
    status: draw < 0.02 ? 'closedPermanently' : draw < 0.04 ? 'closedTemporarily' : 'open',
    ...(random.chance(0.85) ? { week: pickWeek(random) } : {}),
    ...(random.chance(0.2) ? { description } : {}),
    ...(random.chance(0.5) ? { owner } : {}),
    photos: random.chance(0.8) ? 1 + random.below(3) : 0,
    ...(random.chance(0.6) ? { takesCards: random.chance(0.8) } : {}),
    ...(random.chance(0.6) ? { isAccessible: random.chance(0.7) } : {}),
  };
}

/** +999 is nobody's country code (ITU-T E.164, "reserved"). */
function makePhone(number: number) {
  const digits = String(1_000_000 + number * 37).slice(-7);
  const national = `02${digits[0]} ${digits.slice(1, 4)} ${digits.slice(4)}`;
  return { national, international: `+999 ${national.slice(1)}` };
}

function halfOf(random: Random): bigint {
  return (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
}
