import type { KeptPages } from '../../model.ts';
import type { KeptExchange } from '../../warc/exchange.ts';

/** Where the pages of a run are kept. Throws `HaltError` STORE_FAILED, as where the disk is full. */
export interface PageArchive {
  /** Begins what one delivery of a batch keeps, which nothing else can disturb. `batch`: its id. */
  begin(batch: string): Promise<ArchiveWriter>;
}

/** Where the record of an answer begins, its bytes, and the digest of its payload. */
export interface WrittenAnswer {
  from: number;
  bytes: number;
  digest: string;
}

/** Its calls never overlap. */
export interface ArchiveWriter {
  add(exchange: KeptExchange): Promise<WrittenAnswer>;
  /**
   * Once this has resolved, what was added outlives a power cut. It belongs to the run when an outcome names it; what none names
   * is deleted when the run is over.
   */
  finish(): Promise<Pick<KeptPages, 'file' | 'bytes'>>;
  /** Keeps nothing of it. */
  discard(): Promise<void>;
}
