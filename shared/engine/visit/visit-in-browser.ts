import { Element, type ParentNode } from 'domhandler';
import { bodyKindOf } from '../../extract/kinds/body-kind-of.ts';
import { openContent } from '../../extract/page-content.ts';
import { compileQuery } from '../../extract/tree/query.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { sumOf } from '../counts.ts';
import type { Visit } from '../make-visit.ts';
import { readScriptAnswers } from '../render/read-script-answers.ts';
import type { RenderAnswer, RenderedAnswer } from '../render/render-answer.ts';
import type { RunContext } from '../run-context.ts';
import { faultOf } from './judge-answer.ts';
import { pageOf } from './page-of.ts';
import { visitRedirect } from './redirects.ts';
import type { VisitContext } from './visit-context.ts';
import { ruledOutVisit } from './visit-page.ts';

/** Are pages of the request's label read in a browser, where they need it or always? */
export function isForBrowser({ job }: RunContext, request: PageRequest): boolean {
  return job.pages[request.label]?.render !== undefined && kindOf(request).reads === 'document';
}

/**
 * Reads a page as it stands in the browser; with `auto`, only where what the server sent does not suffice. `read` makes the visit of
 * an answer. `late`: the process is to stop.
 */
export async function visitInBrowser(
  context: VisitContext,
  render: RenderAnswer,
  request: PageRequest,
  result: FetchResult,
  read: (answer: FetchResult) => Visit | Promise<Visit>,
): Promise<Visit | 'late'> {
  const { run } = context;
  // A browser saves other files, or shows them in a page of its own.
  const kind = bodyKindOf(pageOf(run, request, result), true);
  if (kind !== 'html' && kind !== 'xhtml') return read(result);
  if (run.job.pages[request.label]?.render?.use === 'auto') {
    const asSent = await read(result);
    if (!needsBrowser(run, request, asSent) && !hasToBeDone(run, request, result)) return asSent;
  }
  const rendered = await render(request, result);
  if (rendered === 'unstarted') return 'late';
  context.keep?.noteRendered(request, { html: rendered.answer.body, loaded: rendered.loaded ?? [] });
  const visit = await visitOfRendered(context, request, rendered, read);
  const counted = { ...visit, linkCounts: sumOf(visit.linkCounts, rendered.counts) };
  return withCapture(run, request, counted, rendered.capture);
}

/** What the page looks like is kept with its items, as one file of all of them. */
async function withCapture(
  { downloads, job, id }: RunContext,
  { url, label }: PageRequest,
  visit: Visit,
  bytes: Uint8Array | undefined,
): Promise<Visit> {
  const capture = job.pages[label]?.render?.capture;
  if (bytes === undefined || capture === undefined || downloads?.store === undefined) return visit;
  if (visit.fact.end !== 'stored') return visit;
  const { keepCapture } = await import('../downloads/keep-capture.ts');
  const file = await keepCapture(downloads.store, { run: id, url, capture }, bytes);
  const items = visit.items.map((item) => ({ ...item, capture: file }));
  return { ...visit, items, fact: { ...visit.fact, file } };
}

/**
 * Does a page, as the server sent it, lack what its label expects? It is a shell for scripts, an item lacks a required field, or it
 * has neither items nor links where its label reads some. A function of page and job alone.
 */
function needsBrowser(
  { job }: RunContext,
  { label }: PageRequest,
  { fact, items, links, known }: Visit,
): boolean {
  if (fact.code === 'JS_SHELL') return true;
  if (fact.end !== 'stored') return false;
  const readsItems = Object.keys(job.pages[label]?.fields ?? {}).length > 0;
  if (readsItems) return items.length === 0 || items.some(isUnfilled);
  return links.length + known.length === 0;
}

/** What scripts fill in: Vue, Angular, Handlebars, Mustache (also in an address); Polymer; templates of JavaScript; Underscore, EJS. */
const placeholder = /\{\{.*?\}\}|%7B%7B.*?%7D%7D|\[\[.*?\]\]|\$\{.*?\}|<%.*?%>/i;
/** What stands for a value that is still to come, as its only text. */
const notYet =
  /"\s*(loading|please wait|laden|wird geladen|chargement|cargando|caricamento|carregando|загрузка|読み込み中|加载中)\s*(\.*|…)\s*"/i;

function isUnfilled({ missing, lost, fields }: Visit['items'][number]): boolean {
  if (missing !== undefined || lost !== undefined) return true;
  const values = JSON.stringify(fields);
  return placeholder.test(values) || notYet.test(values);
}

/** Does the page, as the server sent it, lack what `waitFor` names, or hold what is to be clicked? */
function hasToBeDone(run: RunContext, request: PageRequest, answer: FetchResult): boolean {
  const { waitFor, click } = run.job.pages[request.label]?.render ?? {};
  if (waitFor === undefined && click === undefined) return false;
  const document = openContent(pageOf(run, request, answer)).document();
  // What noscript holds is nowhere in a browser.
  const isShown = (element: ParentNode | null): boolean =>
    !(element instanceof Element) || (element.name !== 'noscript' && isShown(element.parent));
  const holds = (select: string) => compileQuery(select).all(document).some(isShown);
  return (waitFor !== undefined && !holds(waitFor)) || (click !== undefined && holds(click.select));
}

/** What the page has become is judged as what the server sent was. */
async function visitOfRendered(
  context: VisitContext,
  request: PageRequest,
  { answer, partly, asked }: RenderedAnswer,
  read: (answer: FetchResult) => Visit | Promise<Visit>,
): Promise<Visit> {
  const { run } = context;
  if (answer.redirect !== undefined) return visitRedirect(run, request, answer, answer.redirect);
  const fault = faultOf(run, request, answer, context.now());
  if (fault instanceof Error) throw fault;
  if (fault !== undefined) return ruledOutVisit(request, answer, fault);
  const isOfScripts = run.job.pages[request.label]?.render?.from === 'xhr';
  const visit = await (isOfScripts ? readScriptAnswers(request, asked, read) : read(answer));
  if (partly === undefined || visit.fact.end !== 'stored') return visit;
  return { ...visit, fact: { ...visit.fact, code: 'RENDERED_PARTLY', message: partly } };
}
