import type { FetchResult } from '../../fetch/types.ts';
import type { KeptPages, PageRequest } from '../../model.ts';
import { isPage } from '../../sources/sources.ts';
import type { Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import { exchangeOf, secretsOf } from './exchange-of.ts';
import { keepLoaded } from './keep-loaded.ts';
import type { LoadedAnswer } from './loaded.ts';
import type { ArchiveWriter } from './page-archive.ts';

/** What one delivery of a batch keeps of its pages. Disposed of without `finish`, it keeps nothing. */
export interface BatchKeep extends AsyncDisposable {
  /** Keeps the answer, if the visit that came of it is one of a page that is kept. */
  add(request: PageRequest, answer: FetchResult, visit: Visit): Promise<void>;
  /** Called with what a browser made of an answer, and has loaded for it, before that is kept. */
  noteRendered(request: PageRequest, rendered: ShownPage): void;
  /** What the outcome of the batch says of it; `undefined` where no page was kept. */
  finish(): Promise<KeptPages | undefined>;
}

/** What a page has become in a browser. */
export interface ShownPage {
  html: Uint8Array;
  loaded: LoadedAnswer[];
}

/** What the job knows of a page that has not changed. */
interface PagesBefore {
  /** When it was fetched: epoch ms. */
  fetchedAt(request: PageRequest): number | undefined;
}

/** `undefined`: the job keeps no pages. */
export function openBatchKeep(
  run: RunContext,
  batch: string,
  history: PagesBefore | undefined,
): BatchKeep | undefined {
  const { archive } = run;
  if (archive === undefined) return undefined;
  const rendered = new Map<PageRequest, ShownPage>();
  const writing = writeInTurn(() => archive.begin(batch));
  const loads = keepLoaded(run);
  let [pages, unchanged] = [0, 0];
  return {
    async add(request, answer, visit) {
      const shown = rendered.get(request);
      rendered.delete(request);
      const since = visit.fact.isReused ? history?.fetchedAt(request) : undefined;
      if (!isKept(request, answer, visit)) return;
      const secrets = secretsOf(run, [answer, ...(shown?.loaded ?? []).map((loaded) => loaded.answer)]);
      const readsAnswers = run.job.pages[request.label]?.render?.from === 'xhr';
      // What a page has loaded follows it: that is how readers know whose it is.
      await writing.inTurn(async (writer) => {
        await writer.add(exchangeOf(run, request, answer, { html: shown?.html, since, secrets }));
        await loads.add(writer, answer, { loaded: shown?.loaded ?? [], readsAnswers }, secrets);
      });
      if (since === undefined) pages += 1;
      else unchanged += 1;
    },
    noteRendered: (request, page) => void rendered.set(request, page),
    async finish() {
      const written = await writing.finish();
      return written && { ...written, pages, ...(unchanged === 0 ? {} : { unchanged }), ...loads.written() };
    },
    [Symbol.asyncDispose]: writing.discard,
  };
}

/**
 * A page of the run whose content was read: those that a condition of their label left out too, since other conditions may want
 * them. A page that asks not to be kept (noindex), an error, or what leads on to another page is none.
 */
function isKept({ kind }: PageRequest, answer: FetchResult, { fact }: Visit): boolean {
  if (!isPage(kind) || answer.redirect !== undefined) return false;
  return fact.end === 'stored' || (fact.end === 'skipped' && fact.code === 'RULED_OUT');
}

/** The visits of a batch overlap, and each writes all of its records together. Begins with the first. */
function writeInTurn(begin: () => Promise<ArchiveWriter>) {
  let opening: Promise<ArchiveWriter> | undefined;
  let written: Promise<void> = Promise.resolve();
  let isOpen = true;
  const open = (): Promise<ArchiveWriter> => {
    opening ??= begin();
    return opening;
  };
  return {
    inTurn(write: (writer: ArchiveWriter) => Promise<void>): Promise<void> {
      written = Promise.all([open(), written]).then(([writer]) => write(writer));
      return written;
    },
    async finish() {
      await written;
      isOpen = false;
      return (await opening)?.finish();
    },
    async discard(): Promise<void> {
      if (!isOpen) return;
      // Whoever added it has the error.
      await written.catch(() => undefined);
      await (await opening?.catch(() => undefined))?.discard();
    },
  };
}
