import type { FetchResult } from '../../fetch/types.ts';
import type { PageFact, PageRequest } from '../../model.ts';
import { readPlaceReference } from '../../places/place-reference.ts';
import { problemOf } from '../../places/reference-problem.ts';
import type { Expansion, OpenSourceFile } from '../types.ts';
import { type FileLines, fileStart, type LinesCursor, limitsFor, readFileLines } from '../urls/file-lines.ts';
import type { Given } from './given-link.ts';
import { linkedPlace } from './place-steps.ts';
import type { PlacesPlan } from './plan.ts';
import { readShortLink, shortLinkRequest } from './short-links.ts';

/** The requests that read the lists of places of a source. */
export function linkRequests({
  index,
  source: { links, linkFile },
}: PlacesPlan): PageRequest<'placeLinks'>[] {
  const request = { kind: 'placeLinks' as const, label: '', depth: 0, attempt: 0, source: index };
  return [
    ...(links === undefined ? [] : [{ ...request, url: 'spinneret:links', cursor: { of: 'list' as const } }]),
    ...(linkFile === undefined
      ? []
      : [{ ...request, url: `file:${linkFile}`, cursor: { of: 'file' as const, ...fileStart } }]),
  ];
}

/** What a list, or a chunk of a file, names: its places, and the request of the next chunk. Throws as `readChunk` does. */
export async function expandLinks(
  plan: PlacesPlan,
  request: PageRequest<'placeLinks'>,
  openFile: OpenSourceFile,
): Promise<Expansion> {
  const { links = [], linkFile = '' } = plan.source;
  const { cursor } = request;
  if (cursor.of === 'list') {
    const given = links.map((entry, at) => ({ ...entry, at, where: `links[${at}]` }));
    return { links: [], ...readGiven(plan, given) };
  }
  const { lines, next } = await readChunk(openFile, linkFile, cursor);
  const read = readGiven(plan, lines.map(lineOfFile));
  const following =
    next === undefined ? [] : [{ ...request, attempt: 0, cursor: { of: 'file' as const, ...next } }];
  return { links: [], ...read, next: [...following, ...read.next] };
}

/** The place that a short link leads to. Throws `RetryError`. */
export function expandShortLink(
  plan: PlacesPlan,
  request: PageRequest<'shortLink'>,
  answer: FetchResult,
): Expansion {
  const { given } = request.cursor;
  const target = readShortLink(plan, request, answer);
  if ('next' in target) return { links: [], next: [target.next], invalid: [] };
  if ('problem' in target) return { links: [], next: [], invalid: [unresolved(given, target.problem)] };
  return { links: [], ...readGiven(plan, [{ ...given, leadsTo: target.link }]) };
}

/** The first lines of a file, as they are read by a run. Throws `DropError` SOURCE_MISSING. */
export async function firstLines(
  openFile: OpenSourceFile,
  path: string,
): Promise<{ given: Given[]; hasMore: boolean }> {
  const { lines, next } = await readChunk(openFile, path, fileStart);
  return { given: lines.map(lineOfFile), hasMore: next !== undefined };
}

/** Throws `DropError` SOURCE_MISSING and SOURCE_CHANGED. */
async function readChunk(openFile: OpenSourceFile, path: string, cursor: LinesCursor): Promise<FileLines> {
  const file = await openFile(path);
  try {
    return await readFileLines(file, path, cursor, limitsFor(file));
  } finally {
    await file.close();
  }
}

/** How many places its lists name that the source can ask for, repeated ones included. */
export async function countLinks(plan: PlacesPlan, openFile: OpenSourceFile): Promise<number> {
  let count = 0;
  let requests = linkRequests(plan);
  while (requests.length > 0) {
    const expansions = await Promise.all(requests.map((request) => expandLinks(plan, request, openFile)));
    const next = expansions.flatMap((expansion) => expansion.next);
    requests = next.filter((request): request is PageRequest<'placeLinks'> => request.kind === 'placeLinks');
    count += next.length - requests.length;
  }
  return count;
}

/** `reference`, or `reference`, a tab and the user's own id. */
function lineOfFile({ number, text = '' }: FileLines['lines'][number]): Given {
  const [link = '', id = ''] = text.split('\t').map((cell) => cell.trim());
  return { link, at: number, where: `line ${number}`, ...(id === '' ? {} : { id: id.slice(0, maxIdChars) }) };
}

/** What the user wrote is kept in the facts of a run. */
const maxIdChars = 200;
const maxLinkChars = 500;

/** The requests of places that a list names, what could not be resolved, and the facts by which items get the ids of their lines. */
function readGiven(plan: PlacesPlan, given: Given[]): Pick<Expansion, 'next' | 'invalid' | 'fact'> {
  const next: PageRequest[] = [];
  const invalid: Expansion['invalid'] = [];
  const named: NonNullable<PageFact['listed']> = [];
  for (const entry of given) {
    const { link, id, at, leadsTo = link } = entry;
    const reference = readPlaceReference(leadsTo);
    const problem = problemOf(plan.source, reference);
    if (problem !== undefined) {
      invalid.push(
        unresolved(entry, leadsTo === link ? problem : `leads to ${leadsTo.slice(0, 200)}, ${problem}`),
      );
      continue;
    }
    if (reference.form === 'shortLink') {
      next.push(shortLinkRequest(plan, entry));
      continue;
    }
    if (reference.form === 'none') continue;
    const request = linkedPlace(plan, reference);
    next.push(request);
    named.push({
      key: request.cursor.key,
      at,
      link: link.slice(0, maxLinkChars),
      ...(id === undefined ? {} : { id }),
    });
  }
  return { next, invalid, ...(named.length === 0 ? {} : { fact: { listed: named } }) };
}

function unresolved({ link, id, where }: Given, problem: string): Expansion['invalid'][number] {
  const own = id === undefined ? '' : `, ${id}`;
  return { url: link.slice(0, 200), message: `${where}${own}: ${problem}`, code: 'PLACE_UNRESOLVED' };
}
