import { HaltError } from '../../errors.ts';
import type { Job, PlacesSource } from '../../job/schema.ts';
import type { Counts, Json } from '../../model.ts';
import { type Area, compileArea } from '../../places/areas/area.ts';
import { parseGeojson } from '../../places/areas/geojson.ts';
import { fieldsNeededBy } from '../../places/filter.ts';
import { type FieldName, fieldsOfOrigin, fieldsToAsk, placeFields } from '../../places/place-fields.ts';
import { microUsd, type Sku, skuOf } from '../../places/skus.ts';
import { readSmallFile } from '../read-small-file.ts';
import type { OpenSourceFile } from '../types.ts';

/** A places source, worked out once per process. */
export interface PlacesPlan {
  /** Index into `job.sources`. */
  index: number;
  /** Its key is still `${env:NAME}`. */
  source: PlacesSource;
  areas: Area[];
  /** What the items have, besides the ids. */
  fields: FieldName[];
  /** What is asked of a search, and of the details of a place. */
  asked: FieldName[];
  /** Those of them that no search answers, so that each place is asked for itself. */
  detailFields: FieldName[];
  /** The business's own website is read. */
  needsSite: boolean;
  /** What Google bills requests as; nothing for the listing. */
  bill: { count: Bill; search: Bill; details: Bill } | undefined;
  /** Its areas are boxes, which cells fill: what a search names in one lies in the area. */
  isExact: boolean;
  /** Counting the places of a cell is free, reading them is not. */
  countsFirst: boolean;
  /** A budget may not pay for all cells: those go first that promise most. */
  bids: boolean;
}

/** What one request is billed as, and its price in millionths of a dollar. */
export interface Bill {
  sku: Sku;
  microUsd: number;
}

/** A GeoJSON file must fit a worker's memory many times over. */
const maxGeojsonBytes = 5_000_000;

/** Plans by index of their source. Throws `HaltError` JOB_INVALID for an area that is none, `DropError` SOURCE_MISSING. */
export async function planPlaces(
  job: Pick<Job, 'sources'> & Partial<Pick<Job, 'limits'>>,
  openFile: OpenSourceFile,
): Promise<Map<number, PlacesPlan>> {
  const hasBudget = job.limits?.budgetUsd !== undefined;
  const plans = new Map<number, PlacesPlan>();
  for (const [index, { places }] of job.sources.entries()) {
    if (places === undefined) continue;
    const plan = await planSource(places, index, openFile);
    plans.set(index, { ...plan, bids: hasBudget && plan.countsFirst });
  }
  return plans;
}

async function planSource(
  source: PlacesSource,
  index: number,
  openFile: OpenSourceFile,
): Promise<Omit<PlacesPlan, 'bids'>> {
  const areas: Area[] = [];
  for (const settings of source.areas ?? []) {
    const { geojson } = settings;
    const polygons = typeof geojson === 'string' ? await readGeojson(geojson, openFile) : undefined;
    areas.push(compileArea(settings, areas.length, polygons));
  }
  const fields = [...new Set(source.fields)];
  const isApi = source.source === 'google-places';
  const isExact = (source.areas ?? []).every(({ box }) => box !== undefined);
  const needed = fieldsToAsk([...fields, ...fieldsNeededBy(source.filter ?? {})]);
  // A search for ids alone is free: including places just outside of an area is cheaper than asking for locations.
  const isFree = isApi && skuOf(source.search, needed) === 'textIds';
  const wanted = isExact || isFree ? needed : fieldsToAsk([...needed, 'location']);
  const asked = wanted.filter((field) => fieldsOfOrigin(isApi ? 'api' : 'listing').includes(field));
  const bill = isApi ? billsOf(source, asked) : undefined;
  return {
    index,
    source,
    areas,
    fields,
    asked,
    detailFields: isApi ? [] : asked.filter((field) => placeFields[field].listing === 'place'),
    needsSite: fields.some((field) => placeFields[field].website === true),
    bill,
    isExact,
    countsFirst: bill?.count.microUsd === 0 && bill.search.microUsd > 0 && source.search === 'text',
  };
}

function billsOf(source: PlacesSource, asked: FieldName[]): NonNullable<PlacesPlan['bill']> {
  const bill = (sku: Sku): Bill => ({ sku, microUsd: microUsd(sku, source.prices) });
  const search = bill(skuOf(source.search, asked));
  return { count: bill('textIds'), search, details: bill(skuOf('details', asked)) };
}

/** One request, as counts of the run. */
export function billCounts(bill: Bill): Counts {
  return { [`billed:${bill.sku}`]: 1, ...(bill.microUsd === 0 ? {} : { billedMicroUsd: bill.microUsd }) };
}

async function readGeojson(path: string, openFile: OpenSourceFile) {
  const tooLarge = () => invalid(path, `is larger than ${maxGeojsonBytes / 1e6} MB: simplify it`);
  const text = new TextDecoder().decode(await readSmallFile(openFile, path, maxGeojsonBytes, tooLarge));
  const parsed = parseGeojson(parseJson(path, text));
  if ('problem' in parsed) throw invalid(path, parsed.problem);
  return parsed.polygons;
}

function parseJson(path: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalid(path, `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalid(path: string, problem: string): HaltError {
  return new HaltError('JOB_INVALID', `the area ${path} ${problem}`);
}
