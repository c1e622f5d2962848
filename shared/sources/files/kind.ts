import type { PageRequest } from '../../model.ts';
import type { Kind } from '../kind.ts';
import { followed, hostRulesOfJob, isFree, nothingLeft } from '../kind-parts.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    /** A file that a field of an item names. */
    download: { cursor?: never };
  }
}

/** The request of a file. `label`: of the page that names it, whose session and headers it is sent with. */
export function downloadRequest(
  file: Pick<PageRequest<'download'>, 'url' | 'label' | 'depth' | 'referrer'>,
): PageRequest<'download'> {
  return { kind: 'download', attempt: 0, ...file };
}

/** A file that an item names: kept, and read by nobody. */
export const downloadKind: Kind<'download'> = {
  ...isFree,
  touchesHost: true,
  isPage: false,
  isDownload: true,
  countPrefix: 'download:',
  countsAdmission: true,
  gives: 'others',
  lists: 'nothing',
  carriesSecrets: false,
  reads: 'file',
  minBodyBytes: 0,
  redirects: followed(),
  identity: ({ url }, normalise) => `file ${normalise(url)}`,
  isPlain: () => false,
  hostRules: hostRulesOfJob,
  factParts: () => ({}),
  pageParts: () => ({}),
  end: nothingLeft,
};
