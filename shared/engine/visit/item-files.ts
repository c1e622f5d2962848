import { resolveAddress } from '../../fetch/url.ts';
import type { DownloadTree } from '../../job/downloads.ts';
import { type Counts, type Item, type Json, type PageRequest, stateOfItem } from '../../model.ts';
import { downloadRequest } from '../../sources/files/kind.ts';
import { add } from '../counts.ts';
import type { RunContext } from '../run-context.ts';

/** The items of a page with the files that they name, and the requests of these. */
interface ItemFiles {
  items: Item[];
  requests: PageRequest[];
  counts: Counts;
}

/**
 * The files that the fields of complete items name: as free as what a source names, since fields say where they are. An item that is
 * kept apart has none.
 */
export function filesOfItems(run: RunContext, page: PageRequest, items: Item[]): ItemFiles {
  const tree = run.downloads?.of.get(page.label);
  const counts: Counts = {};
  if (tree === undefined) return { items, requests: [], counts };
  const requests = new Map<string, PageRequest>();
  const addressOf = (written: string): string | null => {
    const { url, fault } = resolveAddress(written);
    const file = { url: url ?? '', label: page.label, depth: page.depth + 1, referrer: page.url };
    const isDangerous = url !== undefined && run.sessions?.of(file)?.isDangerous(url) === true;
    if (url === undefined || isDangerous) {
      add(counts, `refused:${fault ?? 'action'}`);
      return null;
    }
    requests.set(url, downloadRequest(file));
    return url;
  };
  const named = items.map((item) => {
    if (stateOfItem(item) !== 'complete') return item;
    const files = shapedLike(tree, item.fields, addressOf);
    return files === null ? item : { ...item, files };
  });
  if (run.downloads?.store !== undefined) return { items: named, requests: [...requests.values()], counts };
  return { items: named, requests: [], counts };
}

/** What the tree names of a value, in its shape; null where it names nothing. */
function shapedLike(
  tree: true | DownloadTree,
  value: Json | undefined,
  addressOf: (written: string) => string | null,
): Json {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) {
    const parts = value.map((part) => shapedLike(tree, part, addressOf));
    return parts.every((part) => part === null) ? null : parts;
  }
  if (tree === true) return typeof value === 'string' ? addressOf(value) : null;
  if (typeof value !== 'object') return null;
  const parts = Object.entries(tree).map(
    ([name, below]) =>
      [name, Object.hasOwn(value, name) ? shapedLike(below, value[name], addressOf) : null] as const,
  );
  const found = parts.filter(([, part]) => part !== null);
  return found.length === 0 ? null : Object.fromEntries(found);
}
