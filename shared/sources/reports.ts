import type { Job } from '../job/schema.ts';
import type { CellFact, Counts, Json, PageFact, ReviewsFact } from '../model.ts';
import type { Paint } from '../text/paint.ts';
import type { SourceSummaries } from './source-summaries.ts';
import type { OpenSourceFile } from './types.ts';

/**
 * Items that a source gives by itself, rather than by the rules of a page's label. Export knows this shape, and what any of
 * them is called from it alone.
 */
export interface SourceItems {
  /** What stands in their `_item`. */
  readonly item: string;
  /** Under which it is noted of many records that such ones are among them. */
  readonly mark: keyof ItemMarks;
  readonly columns: ColumnOrder;
  /**
   * What the facts of a whole run add to its items, for those who read the items of a run that is over; loaded on demand. None where
   * they add nothing.
   */
  readonly gather: ((job: Pick<Job, 'sources'>) => Promise<FactGatherer>) | undefined;
  /** What may still be kept of one at `now` (epoch ms), and what of it is to be remarked. */
  keep(record: Record<string, Json>, now: number): KeptItem;
  /** What the reader of a file reads of as many. */
  readonly remarks: { readonly [Name in keyof ItemRemarks]?: (count: number) => string };
}

/** The part of a fact that items are made from. */
export type GatheredFact = Pick<PageFact, 'cell' | 'listed' | 'reviews' | 'source'> &
  Partial<Pick<PageFact, 'kind' | 'url' | 'end' | 'code' | 'redirect' | 'file'>>;

/** Collects what facts say of items. Items do not depend on the order of the facts. */
export interface FactGatherer {
  note(fact: GatheredFact): void;
  /** Once all facts are noted. */
  gathered(): CompleteItem;
}

/** The record of an item with what the facts of its run say of it. */
export type CompleteItem = (record: Record<string, Json>) => Record<string, Json>;

export interface KeptItem {
  record: Record<string, Json>;
  remarks: (keyof ItemRemarks)[];
}

/** Marks of the sources' items. A source's own folder adds its own. */
export interface ItemMarks extends Readonly<object> {}

/** What is counted of the sources' items for the readers of files. A source's own folder adds its own. */
export interface ItemRemarks extends Readonly<object> {}

/** How the fields of such items lie in a table, whatever the first of them has. */
export interface ColumnOrder {
  /** Paths as they follow one another; `a.*` stands for every field of `a`, `*` for those that no other entry names. */
  readonly order: readonly string[];
  /** Each is one cell of JSON, after all others: as columns they would be hundreds. */
  readonly nested: readonly string[];
  /** What of a path is left out above its column, where that leaves no two alike. */
  readonly shortened: RegExp;
}

/** What the run made of a source that does not lead to pages of the run, by the counts of the kinds that are its own. */
export interface SourceSummary<Key extends keyof SourceSummaries = keyof SourceSummaries> {
  /** Under which the summary of a run has it. */
  readonly key: Key;
  /** Nothing of a run without such requests. */
  of(counts: Counts): SourceSummaries[Key] | undefined;
  lines(made: SourceSummaries[Key], paint: Paint): string[];
  /** The parts of a line about progress; none of a run without such requests. */
  progress(counts: Counts): string[];
  /** Why a run without items is no result, as far as this source goes. */
  nothingGained(made: SourceSummaries[Key]): string | undefined;
  /** Why a run with items is not what was asked, as far as this source goes. */
  fellShort(made: SourceSummaries[Key]): string | undefined;
  /**
   * What is to be said of a run beside others of the same bill: `shares` says of two starts (epoch ms) whether they have one, and
   * `before` is the sum of the counts of such runs that started before.
   */
  readonly bill: {
    shares(startedAt: number, other: number): boolean;
    lines(made: SourceSummaries[Key], before: Counts): string[];
  };
  /** Of what each has to come to an end, as pages do: a noun for several, and what the names of its counts begin with. */
  readonly balanced: { what: string; prefix: string };
}

/** Of a source that searches areas: how far it has covered them, from facts of cells. */
export interface SourceCoverage {
  /** The sources of a job that search areas. Throws `HaltError` JOB_INVALID, and `DropError` SOURCE_MISSING. */
  plan(job: Pick<Job, 'sources'>, openFile: OpenSourceFile): Promise<CoveragePlan[]>;
}

export interface CoveragePlan {
  /** Index into `job.sources`. */
  index: number;
  /** What is asked, in a word. */
  service: string;
  report(facts: CellFact[], reviews: ReviewsFact[]): CoverageOfSource;
}

export interface CoverageOfSource {
  /** All figures. */
  figures: object;
  /** SVG. */
  picture: string;
  /** For people; `of` tells one of several apart. */
  lines(of?: string): string[];
}
