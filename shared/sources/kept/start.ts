import { join } from 'node:path';
import type { PagesOfRun } from '../../job/pages-of-run.ts';
import type { PageRequest } from '../../model.ts';

/** The requests that read the kept pages of a run, a part each. */
export function partsOf({ folder, files }: PagesOfRun): PageRequest<'keptPages'>[] {
  return files.flatMap(({ name, bytes, parts }) =>
    parts.map((from, index): PageRequest<'keptPages'> => {
      const to = parts[index + 1] ?? bytes;
      const cursor = { file: join(folder, name), from, to };
      return {
        kind: 'keptPages',
        url: `spinneret:kept/${name}/${from}`,
        label: '',
        depth: 0,
        attempt: 0,
        cursor,
      };
    }),
  );
}
