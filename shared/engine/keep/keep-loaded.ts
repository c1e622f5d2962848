import type { FetchResult } from '../../fetch/types.ts';
import type { KeptLoads } from '../../model.ts';
import type { RunContext } from '../run-context.ts';
import { loadedExchangeOf } from './exchange-of.ts';
import type { LoadedAnswer } from './loaded.ts';
import type { ArchiveWriter } from './page-archive.ts';

/** To say of a shorter body that it is another's takes as many bytes as the body. */
const minLargeBytes = 1_024;

/** What an outcome can hold: of more, a run may have some twice. */
const maxLarge = 1_000;

/** Keeps what pages of a batch have loaded, each answer once, though several pages got it. */
export function keepLoaded(run: RunContext) {
  const known = new Set<FetchResult>();
  const large: KeptLoads['large'] = [];
  let [answers, truncated] = [0, 0];
  return {
    /** `readsAnswers`: items are taken from what scripts of the page got, so that each page needs its own. */
    async add(
      writer: ArchiveWriter,
      page: FetchResult,
      { loaded, readsAnswers }: { loaded: LoadedAnswer[]; readsAnswers: boolean },
      secrets: string[],
    ): Promise<void> {
      for (const one of loaded) {
        const { answer, question } = one;
        if (known.has(answer)) continue;
        known.add(answer);
        const { from, bytes, digest } = await writer.add(loadedExchangeOf(run, page, one, secrets));
        answers += 1;
        if (one.isTruncated === true) truncated += 1;
        else if (readsAnswers && question !== undefined) continue;
        else if (answer.body.byteLength >= minLargeBytes && large.length < maxLarge)
          large.push([from, bytes, digest]);
      }
    },
    written: (): { loaded?: KeptLoads } =>
      answers === 0 ? {} : { loaded: { answers, ...(truncated === 0 ? {} : { truncated }), large } },
  };
}
