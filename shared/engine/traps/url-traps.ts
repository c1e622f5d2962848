import type { Job } from '../../job/schema.ts';
import { type DisplayKind, displayParameters, isPaging } from './display-parameters.ts';

/** Why an address leads into an endless part of a site. */
export type TrapKind = 'repeat' | 'depth' | 'return' | 'parameters' | 'date' | DisplayKind;

/** An address that is not followed, by itself. */
export interface UrlTrap {
  kind: TrapKind;
  /** What in it makes it one, for people. */
  found: string;
  /** The address that shows the same without it, which is taken in its place. */
  base?: string;
}

export type TrapOf = (url: string) => UrlTrap | undefined;

/** Absent in a run that an earlier version started. */
interface TrapRules {
  scope: Partial<Job['scope']>;
  pages: Job['pages'];
  sources: Job['sources'];
}

const maxSegments = 20;
const maxParameters = 20;
/** Of one name, such as `ids[]`. */
const maxOfOneName = 20;
const maxYearsAhead = 2;

/**
 * Finds addresses that are endless by how they look: the same segments again and again, an address nested in itself, too
 * many segments or parameters, dates far ahead; those that show a list in another order, or filtered, or a form with
 * the address to return to. A parameter that a
 * pattern, selector or source of the job names (`sort=new`) is wanted, and so is a year. `startedAt`: of the run (epoch ms).
 * Undefined for a job that follows them all.
 */
export function makeTrapOf({ scope, pages, sources }: TrapRules, startedAt: number): TrapOf | undefined {
  if (scope.traps !== 'cut') return undefined;
  const text = JSON.stringify([sources, pages, scope.include]);
  const isNamed = namedIn(text);
  const lastYear = new Date(startedAt).getUTCFullYear() + maxYearsAhead;
  return (url) => {
    const pathStart = url.indexOf('/', url.indexOf('//') + 2);
    if (pathStart === -1) return undefined;
    const queryStart = url.indexOf('?', pathStart);
    const path = queryStart === -1 ? url.slice(pathStart + 1) : url.slice(pathStart + 1, queryStart);
    return (
      trapOfPath(path) ??
      trapOfDate(url.slice(pathStart), lastYear, text) ??
      (queryStart === -1 ? undefined : trapOfQuery(url, queryStart, isNamed))
    );
  };
}

/** Names of parameters in a job: what stands before a `=`, and before the bracket of `filter[color]=`. */
function namedIn(text: string): (name: string) => boolean {
  const names = new Set(
    Array.from(text.matchAll(/([\w.-]+)(?:\\*\[[^\]=]*\\*\])?\\*=/g), ([, name = '']) => name.toLowerCase()),
  );
  return (name) => names.has(name) || names.has(name.split('[', 1)[0] ?? name);
}

function trapOfPath(path: string): UrlTrap | undefined {
  // Of two segments none can be there three times, and this is asked of every URL.
  if (path.indexOf('/', path.indexOf('/') + 1) === -1) return undefined;
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length < 3) return undefined;
  if (segments.length > maxSegments) return { kind: 'depth', found: `${segments.length} segments` };
  const repeated = repeatedIn(segments);
  return repeated === undefined ? undefined : { kind: 'repeat', found: `/${repeated.join('/')} three times` };
}

/** Segments that stand there three times in a row. Numbers are parts of dates and of ids, single letters of indexes. */
function repeatedIn(segments: string[]): string[] | undefined {
  if (new Set(segments).size > segments.length - 2) return undefined;
  for (let size = 1; size * 3 <= segments.length; size += 1) {
    for (let at = 0; at + size * 3 <= segments.length; at += 1) {
      const group = segments.slice(at, at + size);
      const isAgain = (index: number) => segments[at + size + index] === group[index % size];
      const isEndless = Array.from({ length: size * 2 }, (_, index) => index).every(isAgain);
      if (isEndless && group.some((segment) => segment.length > 1 && !/^\d+$/.test(segment))) return group;
    }
  }
  return undefined;
}

const calendarWord = '(?:calendar|kalender|events?|agenda|archives?|schedule|termine?|day|week|month|year)';
/** A day or a month as ISO 8601 has it, or as a calendar has it in its path. */
const isoDate = /(?<![\d.-])([12]\d{3})-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![\d-])/g;
const calendarPath = new RegExp(`(?:^|/${calendarWord})/([12]\\d{3})/(?:0?[1-9]|1[0-2])(?=[/?]|$)`, 'gi');
const yearParameter = /[?&](?:year|yr|jahr|annee|anno)=([12]\d{3})(?=&|$)/gi;

/** What each of them has in it: a number of many digits is no year. */
const mayHaveYear = /(?<!\d)[12]\d{3}(?!\d)/;

function trapOfDate(pathAndQuery: string, lastYear: number, named: string): UrlTrap | undefined {
  if (!mayHaveYear.test(pathAndQuery)) return undefined;
  for (const pattern of [isoDate, calendarPath, yearParameter]) {
    for (const [, year = ''] of pathAndQuery.matchAll(pattern)) {
      if (Number(year) > lastYear && !named.includes(year)) return { kind: 'date', found: year };
    }
  }
  return undefined;
}

function trapOfQuery(
  url: string,
  queryStart: number,
  isNamed: (name: string) => boolean,
): UrlTrap | undefined {
  const parameters = url
    .slice(queryStart + 1)
    .split('&')
    .filter((parameter) => parameter !== '')
    .map(readParameter);
  const nested = parameters.find(isNestedInItself);
  if (nested !== undefined) return { kind: 'return', found: nested.name };
  const returning = parameters.filter((parameter) => isReturn(parameter) && !isNamed(parameter.name));
  if (returning.length > 0) {
    const kept = parameters.filter((parameter) => !returning.includes(parameter));
    return {
      kind: 'return',
      found: returning[0]?.name ?? '',
      base: withQuery(url.slice(0, queryStart), kept),
    };
  }
  const isPaged = parameters.some(({ name }) => isPaging(name));
  const kinds = parameters.map((parameter) =>
    isNamed(parameter.name) ? undefined : displayKindOf(parameter, isPaged),
  );
  const kind = (['facet', 'order'] as const).find((one) => kinds.includes(one));
  if (kind === undefined) return tooManyOf(parameters);
  const kept = parameters.filter((_, index) => kinds[index] === undefined);
  const found = parameters[kinds.indexOf(kind)]?.name ?? '';
  return { kind, found, base: withQuery(url.slice(0, queryStart), kept) };
}

interface Parameter {
  /** As it is written. */
  text: string;
  /** Decoded, in lower case. */
  name: string;
  value: string;
}

function readParameter(text: string): Parameter {
  const end = text.indexOf('=');
  const name = (end === -1 ? text : text.slice(0, end)).toLowerCase();
  return {
    text,
    name: name.replaceAll('%5b', '[').replaceAll('%5d', ']'),
    value: end === -1 ? '' : text.slice(end + 1),
  };
}

function withQuery(url: string, parameters: Parameter[]): string {
  return parameters.length === 0 ? url : `${url}?${parameters.map(({ text }) => text).join('&')}`;
}

const returnNames =
  /^(?:next|return|return_?url|return_?uri|return_?to|return_?to_?query|return_?path|redirect_to|redirect_?after|back_?url|back_?to|continue|came_from|destination|referer)$/;
/** A path or an address; of MediaWiki and Drupal, a page by its name. */
const returnValue = /^(?:\/|%2f|https?(?::|%3a))/i;
const returnsByName = /^(?:returnto|returntoquery|destination)$/;

/** Where a form goes on to when it is done, such as that of a login: each page has its own address of it. */
function isReturn({ name, value }: Parameter): boolean {
  return returnNames.test(name) && (returnValue.test(value) || returnsByName.test(name));
}

/** `next=/login%3Fnext%3D…`: where to go on to is the page that asks for it. */
function isNestedInItself({ name, value }: Parameter): boolean {
  if (value.length <= name.length || !value.includes('%')) return false;
  const inside = value.toLowerCase().replace(/%(?:25)+/g, '%');
  return inside.includes(`%3f${name}%3d`) || inside.includes(`%26${name}%3d`);
}

const exact = new Map<string, (typeof displayParameters)[number]>();
const prefixes: [prefix: string, rule: (typeof displayParameters)[number]][] = [];
for (const rule of displayParameters) {
  for (const name of rule.names) {
    if (name.endsWith('*')) prefixes.push([name.slice(0, -1), rule]);
    else exact.set(name, rule);
  }
}

function displayKindOf({ name, value }: Parameter, isPaged: boolean): DisplayKind | undefined {
  const rule = exact.get(name) ?? prefixes.find(([prefix]) => name.startsWith(prefix))?.[1];
  if (rule === undefined || (rule.setsLength === true && isPaged)) return undefined;
  return rule.values === undefined || rule.values.test(value) ? rule.kind : undefined;
}

function tooManyOf(parameters: Parameter[]): UrlTrap | undefined {
  if (parameters.length <= maxParameters) return undefined;
  const byName = Map.groupBy(parameters, ({ name }) => name);
  if (byName.size > maxParameters) return { kind: 'parameters', found: `${byName.size} parameters` };
  const many = [...byName].find(([, own]) => own.length > maxOfOneName);
  return many === undefined ? undefined : { kind: 'parameters', found: `${many[1].length} of ${many[0]}` };
}
