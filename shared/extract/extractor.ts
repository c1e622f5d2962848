import { DropError, HaltError, SpinneretError } from '../errors.ts';
import { makeNormalise } from '../fetch/url.ts';
import { labelsWithRoutes } from '../job/render-schema.ts';
import type { Job, PageRule } from '../job/schema.ts';
import { type Item, type Json, ownColumns } from '../model.ts';
import type { ItemSchema } from '../schema/json-schema.ts';
import { type FileReader, openFileReader } from './aside/file-reader.ts';
import type { FileKind } from './aside/file-task.ts';
import { markDamaged } from './damaged-text.ts';
import { withTimeZone } from './fields/with-time-zone.ts';
import {
  type CallHandler,
  type HandlerOptions,
  openHandlers,
  type ReadPage,
} from './handlers/open-handlers.ts';
import { type AskedForms, askedBy, whyUnasked } from './kinds/asked.ts';
import type { PageKind, Records } from './kinds/page-kind.ts';
import { pageKindOf } from './kinds/page-kinds.ts';
import { encodeQuery } from './links/encode-query.ts';
import { memoizeResolved } from './links/memoize-resolved.ts';
import { Reference, type Resolve } from './links/reference.ts';
import { type PageBase, resolveReference, resolveRoute } from './links/resolve-url.ts';
import type { ItemOptions } from './make-item.ts';
import { compileSchema, type MisfitTest } from './misfits.ts';
import { openContent, type PageContent, type ReadAs } from './page-content.ts';
import { compilePageRule } from './page-rule.ts';
import { compilePageSign } from './page-sign.ts';
import type { RuleReader } from './rule-reader.ts';
import { compileConditions, type LabelConditions } from './ruled-out.ts';
import type { Extraction, FoundLink, Page, RuledOut } from './types.ts';
import { unreadable } from './unreadable.ts';
import { withNamespaces } from './with-namespaces.ts';

/** Takes a page; returns items and links. It has no other effect, except for what handlers do. */
export interface Extractor {
  /**
   * A promise only where the page's label has a handler. Throws, or rejects with, DropError: `EXTRACT_FAILED`,
   * `REST_INVALID`, `HANDLER_FAILED` or `HANDLER_TIMEOUT`. For a label that the job does not have, the result is empty.
   * A handler file for which `mustEnd` says that the process has no time left is stopped: RetryError `HANDLER_TIMEOUT`,
   * or `HANDLER_UNSTARTED` if it had not begun.
   */
  extract(page: Page, mustEnd?: () => boolean): Extraction | Promise<Extraction>;
  /** Of each label with a `retryIf`: whether a page shows it. Throws `DropError` for one that cannot be read. */
  softErrors: ReadonlyMap<string, (page: Page) => boolean>;
  /** Ends threads of its own. Without it they are ended with the process. */
  close(): Promise<void>;
  /** Of each label with an `unless` that names statuses of errors. */
  expectedErrors: ReadonlyMap<string, ExpectedErrors>;
}

/** Errors that are an outcome of their own to the label, and no failure. */
export interface ExpectedErrors {
  statuses: ReadonlySet<number>;
  /** Throws `DropError` for a page that cannot be read. */
  judge(page: Page): RuledOut | undefined;
}

export interface ExtractorOptions extends HandlerOptions {
  /** Read HTML in one pass where the job allows it; the result is the same. @default true */
  inOnePass?: boolean;
  /** Options of items. */
  itemOptions?: ItemOptions;
  /** What reads PDFs and workbooks in this process. @default one of the job's own */
  readFile?: FileReader | undefined;
}

/**
 * Compiles every selector, pattern, path and regex of a job once, and imports its handlers. Throws HaltError:
 * `JOB_INVALID` naming the part that cannot be compiled, or `HANDLER_INVALID`.
 */
export async function compileExtractor(job: Job, options: ExtractorOptions): Promise<Extractor> {
  const normalise = makeNormalise(job.urls);
  const resolve = memoizeResolved(labelsWithRoutes(job.pages).size > 0 ? resolveRoute : resolveReference);
  const followsCanonical = job.urls.canonical === 'follow';
  const { inOnePass = true, itemOptions = {} } = options;
  const rules = new Map<string, CompiledLabel>();
  const softErrors = new Map<string, (page: Page) => boolean>();
  const expectedErrors = new Map<string, ExpectedErrors>();
  const obeysNofollow = job.politeness.nofollow === 'obey';
  const ruleOptions = { resolve, normalise, followsCanonical, obeysNofollow, inOnePass, itemOptions };
  for (const [label, written] of Object.entries(job.pages)) {
    const named = withNamespaces(written, job.namespaces);
    const rule = { ...named, fields: withTimeZone(named.fields, job.timeZone) };
    // A handler file has a tree of its own, in its thread; a function shares that of the fields.
    const isFunction = Object.hasOwn(options.handlers ?? {}, label);
    const read = compilePageRule(label, rule, { ...ruleOptions, inOnePass: inOnePass && !isFunction });
    const asked = askedBy(rule);
    const readAs = { as: rule.as, table: rule.table, asksElements: asked.elements };
    if (rule.retryIf !== undefined) {
      const shows = compilePageSign(rule.retryIf, `pages.${label}.retryIf`);
      softErrors.set(label, (page) => guardStack(page, () => shows(page, openContent(page, readAs))));
    }
    const conditions = compileConditions(label, rule);
    if (conditions !== undefined && conditions.statuses.size > 0) {
      const judge = (page: Page) => guardStack(page, () => conditions.error(page, openContent(page, readAs)));
      expectedErrors.set(label, { statuses: conditions.statuses, judge });
    }
    const checkItems =
      rule.schema === undefined ? undefined : await compileSchema(schemaOf(label, rule.schema));
    rules.set(label, { rule, readAs, asked, name: rule.item ?? label, read, conditions, checkItems });
  }
  const { calls, close } = await openHandlers(job, options);
  const { readFile = openFileReader() } = options;
  const extract = (page: Page, mustEnd?: () => boolean) =>
    extractPage(page, rules.get(page.label), { resolve, calls, readFile, mustEnd });
  return { extract, softErrors, expectedErrors, close };
}

interface CompiledLabel {
  rule: PageRule;
  readAs: ReadAs;
  asked: AskedForms;
  name: string;
  read: RuleReader;
  conditions: LabelConditions | undefined;
  checkItems: MisfitTest | undefined;
}

interface Context {
  resolve: Resolve;
  calls: ReadonlyMap<string, CallHandler>;
  readFile: FileReader;
  /** Of `Extractor.extract`. */
  mustEnd?: (() => boolean) | undefined;
}

function extractPage(
  page: Page,
  label: CompiledLabel | undefined,
  context: Context,
): Extraction | Promise<Extraction> {
  if (label === undefined) return { items: [], links: [] };
  const content = openContent(page, label.readAs);
  const kind = pageKindOf(content.kind);
  const fileKind = kind.form === 'values' ? kind.inThread : undefined;
  return fileKind !== undefined && isWanted(label.asked, kind, page)
    ? extractFile({ page, label, content }, context, fileKind)
    : extractContent({ page, label, content }, context);
}

function isWanted(asked: AskedForms, kind: PageKind, page: Page): boolean {
  return asked.values && whyUnasked(asked, kind, page) === undefined;
}

async function extractFile(
  { page, label, content }: OpenPage,
  context: Context,
  kind: FileKind,
): Promise<Extraction> {
  const input = { page: content.page, table: label.readAs.table ?? {} };
  const records = await context.readFile(kind, input, context.mustEnd);
  return extractContent({ page, label, content: openContent(page, label.readAs, records), records }, context);
}

interface OpenPage {
  page: Page;
  label: CompiledLabel;
  content: PageContent;
  /** Of a page that was read aside. */
  records?: Records | undefined;
}

function extractContent(open: OpenPage, context: Context): Extraction | Promise<Extraction> {
  const { page, label, content } = open;
  const { conditions } = label;
  const ruledOut = conditions && guardStack(page, () => conditions.page(page, content));
  if (ruledOut !== undefined) return { items: [], links: [], ruledOut };
  const extraction = markedIn(
    content,
    guardStack(page, () => label.read(page, content)),
  );
  const handler = context.calls.get(page.label);
  if (handler === undefined || extraction.unasked !== undefined) {
    return judgeItems(label, withoutOwnColumns(page, label, extraction));
  }
  const called = callHandler({ ...open, readAs: label.readAs, extraction, handler, context });
  return called.then((made) => judgeItems(label, made));
}

/** Few pages are damaged, so that the fields of others are not looked at. */
function markedIn(content: PageContent, extraction: Extraction): Extraction {
  if (extraction.items.length === 0) return extraction;
  const name = content.undefinedName();
  const items = name === undefined ? extraction.items : markUndefined(extraction.items, name);
  if (content.isDamaged()) return { ...extraction, items: markDamaged(items) };
  return items === extraction.items ? extraction : { ...extraction, items };
}

/** Items of XML that is not well-formed, by a name whose character was taken from HTML or stands as it was written. */
function markUndefined(items: readonly Item[], name: string): Item[] {
  return items.map((item) => ({
    ...item,
    marks: [...(item.marks ?? []), { kind: 'mended', field: '', found: name }],
  }));
}

/** Items are judged by the conditions on their fields, and those that are wanted by their schema. */
function judgeItems({ conditions, checkItems }: CompiledLabel, extraction: Extraction): Extraction {
  if (conditions === undefined && checkItems === undefined) return extraction;
  const { kept, ruledOut } = conditions?.items(extraction.items) ?? { kept: extraction.items, ruledOut: [] };
  const items = checkItems?.(kept) ?? kept;
  return { ...extraction, items, ...(ruledOut.length === 0 ? {} : { itemsRuledOut: ruledOut }) };
}

/** A schema in a file has been read with the job. */
function schemaOf(label: string, schema: NonNullable<PageRule['schema']>): ItemSchema {
  if (typeof schema !== 'string') return schema;
  throw new HaltError('JOB_INVALID', `pages.${label}.schema: the file was not read with the job`);
}

/** Pages are untrusted: one that exhausts the stack is a bad page, not a bug. */
function guardStack<Value>(page: Page, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof SpinneretError || !(error instanceof RangeError)) throw error;
    throw new DropError('EXTRACT_FAILED', `${page.url} is nested too deep or too large: ${error.message}`, {
      cause: error,
    });
  }
}

interface HandlerCall extends ReadPage {
  label: CompiledLabel;
  handler: CallHandler;
  context: Context;
}

async function callHandler(call: HandlerCall): Promise<Extraction> {
  const { page, extraction, label, handler, context } = call;
  const { resolve, mustEnd } = context;
  const { outcome, base } = await handler(call, { mustEnd });
  const { items, links } = outcome;
  const own =
    items?.map((fields) => completeItem(label, page.url, fields)) ??
    withoutOwnColumns(page, label, extraction).items;
  const all = links.length === 0 ? extraction : addLinks(extraction, links, base(), resolve);
  return { ...all, items: own };
}

/** An item that is taken unchanged could hide the properties of every exported item. */
function withoutOwnColumns(page: Page, { rule }: CompiledLabel, extraction: Extraction): Extraction {
  // For fields that the job names, the schema has refused them.
  if (Object.keys(rule.fields).length > 0) return extraction;
  for (const [index, { fields }] of extraction.items.entries()) {
    const taken = ownColumns.find((name) => Object.hasOwn(fields, name));
    if (taken === undefined) continue;
    const remedy = 'list its fields in the job, by path, and give this one another name';
    throw unreadable(
      page,
      `item ${index} has a field ${taken} of its own, as every exported item has: ${remedy}`,
    );
  }
  return extraction;
}

/** Required fields apply to handlers, too, if the handler's item has fields of the same names. */
function completeItem({ rule, name }: CompiledLabel, url: string, fields: Item['fields']): Item {
  const required = Object.entries(rule.fields).filter(([, field]) => field.required);
  const missing = required.map(([field]) => field).filter((field) => isMissing(fields[field] ?? null));
  if (missing.length === 0) return { item: name, url, fields };
  return { item: name, url, fields, missing, lost: missing.map((field) => ({ field, step: 'handler' })) };
}

function isMissing(value: Json): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function addLinks(
  extraction: Extraction,
  added: FoundLink[],
  { url: baseUrl, charset }: PageBase,
  resolve: Resolve,
): Extraction {
  const links = [...extraction.links];
  const refused = { ...extraction.refused };
  const known = new Set(links.map(({ url }) => url));
  for (const { url: reference, label } of added) {
    const { url, fault } = resolve(new Reference(encodeQuery(reference, charset)), baseUrl);
    if (url === undefined) {
      if (fault !== 'samePage') refused[fault] = (refused[fault] ?? 0) + 1;
      continue;
    }
    if (known.has(url)) continue;
    known.add(url);
    links.push(label === undefined ? { url } : { url, label });
  }
  return { ...extraction, links, refused };
}
