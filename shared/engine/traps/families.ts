import { digestOf } from '../ids.ts';
import { originEnd } from '../scope.ts';
import { isPaging } from './display-parameters.ts';

/** Addresses of one suspicious shape: the letter of the shape, and a digest of what the family is of its host. */
export type FamilyId = string;

interface FamilyShape {
  /** So many pages of a family may give nothing, more than those that do give something. */
  maxBarren: number;
  /** Whether a page counts as barren that gives nothing and leads nowhere. */
  countsEnds: boolean;
}

const shapes = {
  /** Dates, as in a calendar; two parameters and more, as of a list that is filtered in ever new ways. */
  v: { maxBarren: 20, countsEnds: true },
  /** Ever deeper paths. The leaves of a tree that is a tree end by themselves. */
  t: { maxBarren: 20, countsEnds: false },
  /** Pages of a list, which often hold what was found elsewhere before. */
  p: { maxBarren: 40, countsEnds: false },
} as const satisfies Record<string, FamilyShape>;

export function shapeOfFamily(family: FamilyId): FamilyShape {
  return shapes[family.charAt(0) as keyof typeof shapes];
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
  const choosing = parameters.filter(([name]) => !isPaging(name));
  if (choosing.length >= 2) {
    const routes = choosing.filter(([name]) => routing.has(name)).map((pair) => pair.join('='));
    return { kind: 'v', text: `${templateOf(path)}?&${routes.sort().join('&')}` };
  }
  if (hasDate(path) || parameters.some(([, value]) => hasDate(value))) {
    const names = choosing.map(([name]) => name).sort();
    return { kind: 'v', text: `${templateOf(path)}?${names.join('&')}` };
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

/** A year with a month or a week, or a day as eight digits; the names of months are in too many languages. */
const date =
  /(?<![\d.])[12]\d{3}[-/_](?:0?[1-9]|1[0-2]|W\d\d)(?!\d)|(?<![\d.])(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)/;

function hasDate(text: string): boolean {
  return date.test(text);
}

function templateOf(path: string): string {
  return path.replace(/\d+/g, '#').replace(/#(?:[-/_.]#)+/g, '#');
}
