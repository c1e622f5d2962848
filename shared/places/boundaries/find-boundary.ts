import type { Boundary, BoundaryData } from './boundary-data.ts';
import { makeCountryNames } from './country-names.ts';
import { foldName, withoutKind } from './fold-name.ts';

/** A boundary, and how it is called without doubt: `Attica, Greece (GR-A1)`. */
export interface FoundBoundary {
  boundary: Boundary;
  name: string;
}

/** What a name stands for: one boundary, or why not and what may have been meant. */
export type BoundaryAnswer =
  | { is: 'found'; found: FoundBoundary }
  | { is: 'ambiguous' | 'unknown'; candidates: string[] };

/** Finds countries, regions and divisions by their names in many languages, and by their codes of ISO 3166. */
export interface BoundaryFinder {
  /** `Attica, Greece`, `Αττική`, `GR-A1`, `Greece`: the last part, if there are several, is the country. */
  find(text: string): BoundaryAnswer;
  /** Usual names, for finding the one that is nearest to a mistake. */
  readonly names: readonly string[];
}

/** How many candidates a message names. */
const maxCandidates = 6;
/** Shorter beginnings begin too much. */
const minBeginning = 3;

export function makeBoundaryFinder({ boundaries }: BoundaryData): BoundaryFinder {
  const countryNames = makeCountryNames();
  const known = boundaries.map((boundary) => knownAs(boundary, countryNames));
  const byKey = new Map<string, Known[]>();
  for (const entry of known) {
    for (const key of entry.keys) byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  }
  const byCode = new Map(known.map((one) => [one.boundary.code ?? one.boundary.country, one]));
  for (const one of known) if (one.boundary.kind === 'country') byCode.set(one.boundary.country, one);
  const named = (part: string) => byKey.get(foldName(part)) ?? byKey.get(withoutKind(foldName(part))) ?? [];
  return {
    names: known.map(({ own }) => own),
    find(text) {
      const [first = '', ...around] = text.split(',').map((part) => part.trim());
      const ofCode = byCode.get(first);
      if (ofCode !== undefined && around.length === 0) return { is: 'found', found: ofCode };
      const countries = around.map((part) => countriesOf(named(part)));
      const isWithin = ({ boundary }: Known) => countries.every((codes) => codes.has(boundary.country));
      const found = preferred(named(first).filter(isWithin), first);
      const [only] = found;
      if (only !== undefined && found.length === 1) return { is: 'found', found: only };
      if (only !== undefined) return { is: 'ambiguous', candidates: namesOf(found) };
      return { is: 'unknown', candidates: namesOf(alike(known, first, isWithin)) };
    },
  };
}

interface Known extends FoundBoundary {
  /** In English. */
  own: string;
  /** Folded names, and codes. */
  keys: Set<string>;
  /** The folded names by which it is usually called: where it is, and in English. */
  usual: Set<string>;
}

function knownAs(boundary: Boundary, countryNames: (country: string) => string[]): Known {
  const { kind, country, code, names } = boundary;
  const all = kind === 'country' ? [...countryNames(country), ...names, country] : names;
  const [countryName = country] = countryNames(country);
  const own = all[0] ?? country;
  const folded = all.map(foldName).filter((name) => name !== '');
  const keys = new Set([...folded, ...folded.map(withoutKind)]);
  if (code !== undefined) keys.add(foldName(code));
  return {
    boundary,
    own,
    name:
      kind === 'country'
        ? `${countryName} (${country})`
        : `${own}, ${countryName}${code === undefined ? '' : ` (${code})`}`,
    keys,
    usual: new Set(folded.slice(0, 2)),
  };
}

function countriesOf(found: Known[]): Set<string> {
  const asCountry = found.filter(({ boundary }) => boundary.kind === 'country');
  return new Set((asCountry.length > 0 ? asCountry : found).map(({ boundary }) => boundary.country));
}

/**
 * Of several with one name: the country rather than its own division (Luxembourg), the region rather than the division in it
 * (Brussels), and those that are usually called so rather than those that some language calls so. What then is more than one is
 * ambiguous.
 */
function preferred(found: Known[], text: string): Known[] {
  const isInLarger = ({ boundary }: Known) =>
    found.some(
      ({ boundary: other }) => other.country === boundary.country && ranks[other.kind] < ranks[boundary.kind],
    );
  const largest = found.filter((one) => !isInLarger(one));
  const usual = largest.filter(({ usual: names }) => names.has(foldName(text)));
  return usual.length > 0 ? usual : largest;
}

const ranks: Record<Boundary['kind'], number> = { country: 0, region: 1, division: 2 };

/** What begins like the name, or has one of its words; within the country that was named, if it has any. */
function alike(known: Known[], text: string, isWithin: (one: Known) => boolean): Known[] {
  const wanted = withoutKind(foldName(text));
  if (wanted.length < minBeginning) return [];
  const near = known.filter(({ keys }) =>
    [...keys].some((key) => key.startsWith(wanted) || ` ${key} `.includes(` ${wanted} `)),
  );
  const within = near.filter(isWithin);
  return within.length > 0 ? within : near;
}

function namesOf(found: FoundBoundary[]): string[] {
  const names = found.slice(0, maxCandidates).map(({ name }) => name);
  const more = found.length - names.length;
  return more > 0 ? [...names, `${more} more`] : names;
}
