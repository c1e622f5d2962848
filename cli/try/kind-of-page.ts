import { DropError } from '../../shared/errors.ts';
import { joinPath } from '../../shared/extract/json/json-path.ts';
import { askedBy } from '../../shared/extract/kinds/asked.ts';
import { pageKindOf } from '../../shared/extract/kinds/page-kinds.ts';
import { itemsOf } from '../../shared/extract/kinds/read-records.ts';
import { openContent, type PageContent } from '../../shared/extract/page-content.ts';
import type { Page } from '../../shared/extract/types.ts';
import type { PageRule } from '../../shared/job/schema.ts';
import type { Json } from '../../shared/model.ts';

/** What a page was taken for, and where its values are. */
export interface TriedKind {
  /** Such as `csv`. */
  kind: string;
  /** The kind with its details, for people: `CSV, 12 rows, 3 columns separated by ;`. */
  about: string;
  /** Paths of the first item, as fields may name them; empty for pages that are read by selectors. */
  paths: string[];
}

/** The number of paths that are named: a record may have hundreds. */
const maxPaths = 60;

/** `undefined` for web pages, and for pages that cannot be read. */
export function kindOfPage(rule: PageRule, page: Page): TriedKind | undefined {
  const content = openContent(page, { as: rule.as, table: rule.table, asksElements: askedBy(rule).elements });
  const { form, what } = pageKindOf(content.kind);
  if (content.isHtml) return undefined;
  if (form !== 'values') return { kind: content.kind, about: what, paths: [] };
  try {
    const [first] = itemsOf(page, content, rule);
    const about = [what, ...aboutOf(content)].join(', ');
    return { kind: content.kind, about, paths: pathsIn(first ?? null, '').slice(0, maxPaths) };
  } catch (error) {
    if (error instanceof DropError) return undefined;
    throw error;
  }
}

function aboutOf(content: PageContent): string[] {
  const { about } = content.records();
  return about === undefined ? [] : [about];
}

/** Keys of objects; of lists of objects, those of the first, by `[0]`. */
function pathsIn(value: Json, path: string): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : pathsIn(value[0] ?? null, `${path}[0]`);
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, joinPath(path, key)));
}
