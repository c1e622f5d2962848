import type { PageFact, PageRequest } from '../../model.ts';
import { readPlaceReference } from '../../places/place-reference.ts';
import { problemOf } from '../../places/reference-problem.ts';
import type { Expansion, OpenSourceFile } from '../types.ts';
import { type FileLines, fileStart, type LinesCursor, limitsFor, readFileLines } from '../urls/file-lines.ts';
import { linkedPlace } from './place-steps.ts';
import type { PlacesPlan } from './plan.ts';

/** A place as the user of the job names it, with an id of the user's own. */
interface GivenLink {
  link: string;
  id?: string | undefined;
}

/** An entry of a list of places: its position, and where that is, for messages. */
interface Given extends GivenLink {
  at: number;
  where: string;
}

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
  for (const { link, id, at, where } of given) {
    const reference = readPlaceReference(link);
    const problem = problemOf(plan.source, reference);
    if (problem !== undefined || !('featureId' in reference || 'placeId' in reference)) {
      const own = id === undefined ? '' : `, ${id}`;
      const message = `${where}${own}: ${problem}`;
      invalid.push({ url: link.slice(0, 200), message, code: 'PLACE_UNRESOLVED' });
      continue;
    }
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
