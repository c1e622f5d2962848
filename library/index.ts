/** `spinneret`: scraping from a program, with the guarantees of the command line. See docs/library.md. */
export { type Code, DropError, HaltError, RetryError, SpinneretError } from '../shared/errors.ts';
export { type LoadedJob, loadJobs } from '../shared/job/load.ts';
export { InvalidFileError, type Problem } from '../shared/job/problems.ts';
export type { Job } from '../shared/job/schema.ts';
export type { Summary } from '../shared/observe/summary.ts';
export { makeLocks, openStore } from './coordination.ts';
export {
  type DefinedJob,
  type DefineOptions,
  defineJob,
  type FieldDefinition,
  type FieldObject,
  type JobDefinition,
  type PageDefinition,
} from './define-job.ts';
export type * from './handler.ts';
export type { AnyItem, ItemFacts, ItemOf, PlaceItem, ReviewItem } from './item-types.ts';
export { type Scrape, type ScrapeOptions, type ScrapeSettings, scrape } from './scrape.ts';
