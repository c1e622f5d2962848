import { join } from 'node:path';
import type { PagesOfRun } from '../../job/pages-of-run.ts';
import type { PageRequest } from '../../model.ts';

/** The requests that read the kept pages of a run, a part each, and those that earlier runs have of it. */
export function partsOf({ earlier = [], ...own }: PagesOfRun): PageRequest<'keptPages'>[] {
  return [...partsOfRun(own), ...earlier.flatMap((run, index) => partsOfRun(run, index))];
}

function partsOfRun(
  { run, folder, files }: Pick<PagesOfRun, 'run' | 'folder' | 'files'>,
  earlier?: number,
): PageRequest<'keptPages'>[] {
  const of = earlier === undefined ? '' : `${run}/`;
  return files.flatMap(({ name, bytes, parts }) =>
    parts.map((from, index): PageRequest<'keptPages'> => {
      const to = parts[index + 1] ?? bytes;
      const cursor = { file: join(folder, name), from, to, ...(earlier === undefined ? {} : { earlier }) };
      return {
        kind: 'keptPages',
        url: `spinneret:kept/${of}${name}/${from}`,
        label: '',
        depth: 0,
        attempt: 0,
        cursor,
      };
    }),
  );
}
