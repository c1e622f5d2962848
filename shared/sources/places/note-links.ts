import type { PlacesSource } from '../../job/schema.ts';
import { readPlaceReference } from '../../places/place-reference.ts';
import { problemOf } from '../../places/reference-problem.ts';
import { formatCount } from '../../text/format.ts';
import type { OpenSourceFile } from '../types.ts';
import { linksText } from './given-link.ts';
import { firstLines } from './place-links.ts';

/**
 * What the beginning of a source's file of links holds, and what of it the source cannot resolve, which would fail in the run. Throws
 * `DropError` SOURCE_MISSING.
 */
export async function noteLinks(source: PlacesSource, openFile: OpenSourceFile): Promise<string[]> {
  const { linkFile } = source;
  if (linkFile === undefined) return [];
  const { given, hasMore } = await firstLines(openFile, linkFile);
  const begins = hasMore ? 'begins with' : 'has';
  const problems = given.flatMap((entry) => {
    const problem = problemOf(source, readPlaceReference(entry.link));
    return problem === undefined ? [] : [`${entry.where}: ${problem}`];
  });
  const [first] = problems;
  return [
    `${linkFile} ${begins} ${linksText(given)}`,
    ...(first === undefined
      ? []
      : [`${formatCount(problems.length)} of them cannot be resolved by ${source.source}, such as ${first}`]),
  ];
}
