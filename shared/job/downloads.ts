import type { Field } from './field-schema.ts';
import type { Job } from './schema.ts';

/** Which fields name files to be downloaded: `true`, or those below. */
export interface DownloadTree {
  [field: string]: true | DownloadTree;
}

/** `undefined`: none of the fields does. */
function downloadTreeOf(fields: Record<string, Field> | undefined): DownloadTree | undefined {
  const tree: DownloadTree = {};
  for (const [name, field] of Object.entries(fields ?? {})) {
    const below = field.download === true ? true : downloadTreeOf(field.fields);
    if (below !== undefined) tree[name] = below;
  }
  return Object.keys(tree).length === 0 ? undefined : tree;
}

/** By the labels of the pages whose items name files. A job that an earlier version has kept may have no labels at all. */
export function downloadsByLabel({
  pages = {},
}: Partial<Pick<Job, 'pages'>>): ReadonlyMap<string, DownloadTree> {
  const trees = Object.entries(pages).flatMap(([label, { fields }]) => {
    const tree = downloadTreeOf(fields);
    return tree === undefined ? [] : [[label, tree] as const];
  });
  return new Map(trees);
}

/** Whether pages of the job have files: those that fields name, or captures of what a browser shows. */
export function keepsFiles(job: Partial<Pick<Job, 'pages'>>): boolean {
  const isCaptured = Object.values(job.pages ?? {}).some(({ render }) => render?.capture !== undefined);
  return isCaptured || downloadsByLabel(job).size > 0;
}
