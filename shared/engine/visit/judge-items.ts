import { isScriptShell } from '../../extract/script-shell.ts';
import type { Extraction } from '../../extract/types.ts';
import { isEmpty, withoutValues } from '../../extract/without-values.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Item, Json, PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { digestOf } from '../ids.ts';
import type { RunContext } from '../run-context.ts';
import { withParent } from './item-requests.ts';
import { pageOf } from './page-of.ts';

/** The items of a page as they are stored. */
export interface JudgedItems {
  items: Item[];
  /** The page is a shell that scripts fill in. */
  isShell: boolean;
}

/**
 * Decides which items of a page are complete, and gives those that are the key of their label. An item without any value is
 * never complete, and of a shell for scripts one that lacks any field is not either; one without a value of a field of its key is
 * incomplete, since nothing says which other item it is.
 */
export function judgeItems(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
  extraction: Extraction,
): JudgedItems {
  const isShell = isShellOf(run, request, result, extraction);
  const own = isShell ? extraction.items.filter((item) => !withoutValues(item)) : extraction.items;
  const keyFields = run.job.pages[request.label]?.key ?? [];
  const items = withParent(request, own).map((item, index) => {
    const isIncomplete = isShell || withoutValues(own[index] ?? item);
    const required = isIncomplete ? [...Object.keys(own[index]?.fields ?? {}), ...keyFields] : keyFields;
    return withKey(withMissing(item, required), keyFields);
  });
  return { items, isShell };
}

function isShellOf(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
  { items, links }: Extraction,
): boolean {
  const lacks = (item: Item) => item.missing !== undefined || Object.values(item.fields).some(isEmpty);
  const mayBeShell =
    kindOf(request).reads === 'document' && links.length === 0 && (items.length === 0 || items.some(lacks));
  return mayBeShell && isScriptShell(pageOf(run, request, result));
}

/** The item, incomplete if it lacks one of the fields. */
function withMissing(item: Item, required: readonly string[]): Item {
  const lacking = required.filter((name) => isEmpty(item.fields[name]));
  if (lacking.length === 0) return item;
  return { ...item, missing: [...new Set([...(item.missing ?? []), ...lacking])] };
}

/** Only an item that counts can be the same as another. */
function withKey(item: Item, keyFields: readonly string[]): Item {
  if (keyFields.length === 0 || item.missing !== undefined || item.misfits !== undefined) return item;
  const values = keyFields.map((name): Json => item.fields[name] ?? null);
  return { ...item, key: digestOf(JSON.stringify(['item', item.item, ...values])) };
}
