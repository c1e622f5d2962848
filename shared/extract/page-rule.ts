import { DropError } from '../errors.ts';
import type { Field, PageRule } from '../job/schema.ts';
import type { Item, Json } from '../model.ts';
import { jsonPathAt, selectorAt } from './compile-part.ts';
import { emptyDocument } from './document.ts';
import { compileFields, type FieldsReader, type Reading } from './fields.ts';
import { htmlLanguage, type Spot } from './html-fields.ts';
import { jsonLanguage } from './json-fields.ts';
import type { JsonPath } from './json-path.ts';
import { compileLinks, type LinkFinder, type Resolve } from './links.ts';
import type { PageContent } from './page-content.ts';
import type { Extraction, Page } from './types.ts';

/** Reads one page by the rule of its label. */
export type RuleReader = (page: Page, content: PageContent) => Extraction;

/** Compiles what the job file says about the pages of one label, handlers apart. */
export function compilePageRule(label: string, rule: PageRule, resolve: Resolve): RuleReader {
  const place = `pages.${label}`;
  const name = rule.item ?? label;
  const links = compileLinks(rule.follow, `${place}.follow`, resolve);
  const readHtml = compileHtmlItems(rule, place);
  const readJson = compileJsonItems(rule, place);
  const needsDocument = rule.follow.length > 0 || rule.each !== undefined || needsHtml(rule.fields);
  return (page, content) => {
    if (content.isJson) return extractJson({ page, content, name, links, readJson });
    const document = needsDocument ? content.document() : emptyDocument();
    return {
      items: readHtml(document).map((read) => makeItem(name, page, content, read)),
      links: rule.follow.length === 0 ? [] : links.inDocument(document, content.baseUrl()),
    };
  };
}

/** Reads one item's fields, noting what is missing. */
type ItemRead = (reading: Reading) => Record<string, Json>;

function compileHtmlItems(rule: PageRule, place: string): (document: Spot) => ItemRead[] {
  const read = compileFields(rule.fields, `${place}.fields`, htmlLanguage);
  const each = rule.each === undefined ? undefined : selectorAt(`${place}.each`, rule.each);
  if (Object.keys(rule.fields).length === 0) return () => [];
  return (document) => (each?.all(document) ?? [document]).map((scope) => bind(read, scope));
}

function compileJsonItems(rule: PageRule, place: string): (item: Json) => ItemRead | undefined {
  const read = compileFields(rule.fields, `${place}.fields`, jsonLanguage);
  if (Object.keys(rule.fields).length > 0) return (item) => bind(read, item);
  return (item) => (isObject(item) ? () => item : undefined);
}

function bind<Scope>(read: FieldsReader<Scope>, scope: Scope): ItemRead {
  return (reading) => read(scope, reading);
}

function makeItem(name: string, page: Page, content: PageContent, read: ItemRead): Item {
  const missing: string[] = [];
  const fields = read({ page, baseUrl: content.baseUrl, missing });
  const item = { item: name, url: page.url, fields };
  return missing.length === 0 ? item : { ...item, missing };
}

interface JsonJob {
  page: Page;
  content: PageContent;
  name: string;
  links: LinkFinder;
  readJson(item: Json): ItemRead | undefined;
}

function extractJson({ page, content, name, links, readJson }: JsonJob): Extraction {
  const entries = itemsOf(page, content.json());
  const reads = entries.map(readJson).filter((read) => read !== undefined);
  return {
    items: reads.map((read) => makeItem(name, page, content, read)),
    links: links.inItems(entries, content.baseUrl()),
  };
}

/** An absent or null list is an empty one: many APIs leave it out past their last page. */
function itemsOf(page: Page, answer: Json): Json[] {
  const path = page.itemsPath ?? '';
  const found = itemsPathOf(path)(answer) ?? [];
  if (Array.isArray(found)) return found;
  if (isObject(found)) return [found];
  const code = page.kind === 'rest' ? 'REST_INVALID' : 'EXTRACT_FAILED';
  throw new DropError(code, `${page.url}: ${path || 'the answer'} is neither a list nor an object`);
}

/** The path comes with the page, from the source that fetched it. */
function itemsPathOf(path: string): JsonPath {
  return jsonPathAt('items', path);
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function needsHtml(fields: Record<string, Field>): boolean {
  return Object.values(fields).some((field) => field.constant === undefined && field.page === undefined);
}
