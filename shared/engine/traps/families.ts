import { digestOf } from '../ids.ts';
import { originEnd } from '../scope.ts';
import { isPaging } from './display-parameters.ts';

/** Addresses of one suspicious shape: the letter of the shape, and a digest of what the family is of its host. */
export type FamilyId = string;

interface FamilyShape {
  /** So many pages of a family may give nothing, less what those that give something return. */
  maxBarren: number;
  /** So many of them may lead one to the next, if as many have given nothing in all. @default `maxBarren` */
  maxSteps?: number;
  /** Whether a page counts as barren that gives nothing and leads nowhere. */
  countsEnds: boolean;
  /** How many a page that gives something returns, which so many barren ones led to. */
  returns: (steps: number) => number;
}

/**
 * A calendar has months without an event, years of them. The empty ones both ways from where it gives something are fewer than
 * `maxBarren`, and those on the way to an event count for nothing: so how far it is read follows from its months, and not from the
 * order in which they are read. Its days belong to the same family, so that a month which leads to nothing else is barren, and have a
 * quota of their own. Few of its days give something, and there are no more of them than its months lead to.
 */
const shapes: Readonly<Record<'m' | 'd' | 'v' | 't' | 'p', FamilyShape>> = {
  /** Months and weeks of a calendar. */
  m: { maxBarren: 60, maxSteps: 24, countsEnds: true, returns: (steps) => steps - 1 },
  /** Its days. */
  d: { maxBarren: 40, countsEnds: true, returns: () => 10 },
  /** Two parameters and more, as of a list that is filtered in ever new ways. */
  v: { maxBarren: 20, countsEnds: true, returns: () => 1 },
  /** Ever deeper paths. The leaves of a tree that is a tree end by themselves. */
  t: { maxBarren: 20, countsEnds: false, returns: () => 1 },
  /** Pages of a list, which often hold what was found elsewhere before. */
  p: { maxBarren: 40, countsEnds: false, returns: () => 1 },
};

export function shapeOfFamily(family: FamilyId): FamilyShape {
  return shapes[family.charAt(0) as keyof typeof shapes];
}

/** Of the days of a calendar, its months. */
export function monthsOfDays(family: FamilyId): FamilyId | undefined {
  return family.startsWith('d') ? `m${family.slice(1)}` : undefined;
}

/** Months and days of one calendar are of one family, whose quotas differ. */
export function areOfOneFamily(one: FamilyId, other: FamilyId): boolean {
  return one.slice(1) === other.slice(1);
}

/** From so many segments on, a page that leads deeper than itself is watched: few trees have as many. */
const deepSegments = 6;
/** The segments that the pages of one ever deeper part share. */
const rootSegments = 2;

/** The family of an address of suspicious shape, which `referrer` led to; few addresses have one. Pure. */
export function familyOf(url: string, referrer: string | undefined): FamilyId | undefined {
  const origin = originEnd(url);
  const pathStart = url.indexOf(origin) + origin.length;
  const queryStart = url.indexOf('?', pathStart);
  const path = queryStart === -1 ? url.slice(pathStart) : url.slice(pathStart, queryStart);
  // Of each page that is stored this is asked, and nearly all are such.
  if (queryStart === -1 && !mayBeDated.test(path) && path.split('/', deepSegments + 1).length <= deepSegments)
    return undefined;
  const parameters = queryStart === -1 ? [] : readParameters(url.slice(queryStart + 1));
  const shape = shapeIn(path, parameters, referrer === undefined ? '' : pathOf(referrer, origin));
  return shape === undefined ? undefined : `${shape.kind}${digestOf(`${origin} ${shape.text}`)}`;
}

type Parameters = [name: string, value: string][];

function shapeIn(
  path: string,
  parameters: Parameters,
  referrerPath: string,
): { kind: keyof typeof shapes; text: string } | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length >= deepSegments && isDeeper(path, referrerPath)) {
    return { kind: 't', text: `${segments.slice(0, rootSegments).join('/')}/**` };
  }
  const period = periodIn(path, parameters);
  const ofList = parameters.filter(([name]) => !isPaging(name));
  const choosing = period === undefined ? ofList : ofList.filter((parameter) => !isOfDate(parameter));
  if (choosing.length >= 2) {
    const routes = choosing.filter(([name]) => routing.has(name)).map((pair) => pair.join('='));
    return { kind: 'v', text: `${templateOf(path)}?&${routes.sort().join('&')}` };
  }
  if (period !== undefined) {
    const names = choosing.map(([name]) => name);
    return { kind: period, text: `${withoutPeriods(templateOf(path))}?${names.join('&')}` };
  }
  if (choosing.length < parameters.length) {
    return { kind: 'p', text: `${path}?${choosing.map((pair) => pair.join('=')).join('&')}` };
  }
  return undefined;
}

/** Parameters that choose the program which makes the page, in content management systems: their values tell families apart. */
const routing = new Set([
  'option',
  'view',
  'task',
  'action',
  'act',
  'do',
  'module',
  'mod',
  'controller',
  'route',
  'cmd',
  'page_id',
  'type',
]);

function readParameters(query: string): Parameters {
  return query
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const end = parameter.indexOf('=');
      return end === -1 ? [parameter, ''] : [parameter.slice(0, end).toLowerCase(), parameter.slice(end + 1)];
    });
}

function pathOf(url: string, origin: string): string {
  if (originEnd(url) !== origin) return '';
  return url.slice(url.indexOf(origin) + origin.length).replace(/\?.*$/s, '');
}

/** It goes on where the page that leads to it ends. */
function isDeeper(path: string, referrer: string): boolean {
  const folder = referrer.endsWith('/') ? referrer : `${referrer}/`;
  return folder.length > 1 && path.length > folder.length && path.startsWith(folder);
}

/** A year with a month or a week, and a day or not; or a day as eight digits. The names of months are in too many languages. */
const date =
  /(?<![\d.])[12]\d{3}([-/_])(?:[Ww]\d\d|0?[1-9]|1[0-2])(?!\d)(?:\1(0?[1-9]|[12]\d|3[01])(?!\d))?|(?<![\d.])((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)/;

/** What every date has in it: a number of other lengths is none. */
const mayBeDated = /(?<!\d)[12]\d{3}(?:\d{4})?(?!\d)/;

/** The parts of a date, as parameters have them. */
const dateParts = {
  year: { names: /^(?:year|yr|jahr|annee|anno)$/, values: /^[12]\d{3}$/ },
  month: { names: /^(?:month|mon|monat|mois|mes|mese|week|woche)$/, values: /^\d{1,2}$/ },
  day: { names: /^(?:day|tag|jour|dia|giorno)$/, values: /^\d{1,2}$/ },
} as const;

function isPart([name, value]: Parameters[number], part: keyof typeof dateParts): boolean {
  return dateParts[part].names.test(name) && dateParts[part].values.test(value);
}

/** Whether a parameter names a date, or a part of one. */
function isOfDate(parameter: Parameters[number]): boolean {
  const [, value] = parameter;
  return date.test(value) || (['year', 'month', 'day'] as const).some((part) => isPart(parameter, part));
}

/** What an address names: a day, or a month or week. */
function periodIn(path: string, parameters: Parameters): 'm' | 'd' | undefined {
  const found = [path, ...parameters.map(([, value]) => value)].map((text) => date.exec(text));
  if (found.some((match) => (match?.[2] ?? match?.[3]) !== undefined)) return 'd';
  if (found.some((match) => match !== null)) return 'm';
  const has = (part: keyof typeof dateParts) => parameters.some((parameter) => isPart(parameter, part));
  if (!has('year') || !has('month')) return undefined;
  return has('day') ? 'd' : 'm';
}

function templateOf(path: string): string {
  return path
    .replace(date, '#')
    .replace(/\d+/g, '#')
    .replace(/#(?:[-/_.]#)+/g, '#');
}

/** `/events/month/#` and `/events/day/#` are of one calendar. */
function withoutPeriods(template: string): string {
  return template.replace(/\/(?:day|week|month|tag|woche|monat|jour|semaine|mois)(?=\/|$)/gi, '');
}
