import type { Counts, Json, Run } from '../model.ts';
import { formatCount } from '../text/format.ts';

/** A part of the rule of a label that found nothing on any page of a run. */
export interface NeverFound {
  label: string;
  /** As a path in the rule: `follow[0]`, `each`, `rows`, `items`, `fields.price`, or `match` of a label that no page had. */
  part: string;
  /** The part as people read it, such as `follow li.next a`. */
  what: string;
  /** Stored pages of the label; 0 of one that no page had. */
  pages: number;
}

/**
 * What of the rules of a run that is over found nothing on any stored page of its label. Conditions (`unless`, `only`, `retryIf`,
 * `endedBy`, `waitFor`) are not among them: that they never held is what is hoped for.
 */
export function neverFoundOf({ job }: Pick<Run, 'job'>, counts: Counts): NeverFound[] {
  if ((counts['admitted'] ?? 0) === 0) return [];
  return Object.entries(entriesOf(entriesOf(job)['pages'])).flatMap(([label, rule]) =>
    ofLabel(label, entriesOf(rule), counts),
  );
}

function ofLabel(label: string, rule: Record<string, Json>, counts: Counts): NeverFound[] {
  const prefix = `label:${label}:`;
  if (!Object.keys(counts).some((name) => name.startsWith(prefix)))
    return rule['match'] === undefined ? [] : [{ label, part: 'match', what: 'label', pages: 0 }];
  const pages = counts[`${prefix}stored`] ?? 0;
  const lacks = `${prefix}lacks:`;
  const lacking = (part: string) => counts[`${lacks}${part}`] ?? 0;
  const withoutItems = lacking('items');
  const parts = Object.keys(counts)
    .filter((name) => name.startsWith(lacks))
    .map((name) => name.slice(lacks.length))
    .filter((part) => {
      // Pages without items have no values either.
      const more = part.startsWith('fields.') ? withoutItems : 0;
      return pages > 0 && lacking(part) + more === pages;
    });
  return parts.sort().map((part) => ({ label, ...named(part, rule), pages }));
}

function named(part: string, rule: Record<string, Json>): Pick<NeverFound, 'part' | 'what'> {
  const [, index] = /^follow\[(\d+)\]$/.exec(part) ?? [];
  if (index !== undefined)
    return { part, what: followText(entriesOf(listOf(rule['follow'])[Number(index)])) };
  if (part !== 'items') return { part, what: `field ${part.slice('fields.'.length)}` };
  for (const name of ['each', 'rows']) {
    const selector = rule[name];
    if (typeof selector === 'string') return { part: name, what: `${name} ${selector}` };
  }
  const path = rule['items'];
  return { part, what: typeof path === 'string' ? `items ${path}` : 'the list' };
}

function followText({ select, path, match, exclude }: Record<string, Json>): string {
  const from = [select, path].find((text) => typeof text === 'string') ?? 'a[href]';
  const patterns = (name: string, list: Json | undefined) =>
    list === undefined ? '' : ` ${name} ${listOf(list).join(', ')}`;
  return `follow ${from}${patterns('match', match)}${patterns('exclude', exclude)}`;
}

/** The frozen job may be of an earlier version. */
function entriesOf(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** As a line for people. */
export function neverFoundText({ label, part, what, pages }: NeverFound): string {
  if (part === 'match') return `no page was a ${label}`;
  const wanted = part.startsWith('follow') ? 'link' : part.startsWith('fields.') ? 'value' : 'item';
  const on = pages === 1 ? 'on its only page' : `on any of ${formatCount(pages)} pages`;
  return `${what} of ${label}: no ${wanted} ${on}`;
}
