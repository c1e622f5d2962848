import type { Engine } from '../../shared/engine/engine.ts';
import type { Batch } from '../../shared/model.ts';
import type { AdmittedPages, CoarseMemory } from './coarse-admission.ts';
import type { Shops } from './shop.ts';
import type { Tally } from './tally.ts';
import type { UrlLogBill } from './url-log-bill.ts';
import type { UsageMeter } from './usage-meter.ts';

/** A batch whose pages are numbers: ten million requests as objects would not fit. */
export interface CoarseBatch extends Batch {
  pages?: number[];
}

/** What one simulated process works with, beside the engine. */
export interface CoarseProcess {
  engine: Engine;
  shops: Shops;
  admitted: AdmittedPages;
  memory: CoarseMemory;
  /** Scratch, a byte per page of a host; 0 but for the moment. */
  taken: Uint8Array;
  tally: Tally;
  meter: UsageMeter;
  /** Bills the admission of a host's URLs. */
  billUrls: ReturnType<UrlLogBill['ofProcess']>;
  random: () => number;
  memoryMb: number;
  outcomeBytesPerPage: number;
  /** Epoch ms until which this process's share of a core is spoken for. */
  cpuBusyUntil: number;
}
