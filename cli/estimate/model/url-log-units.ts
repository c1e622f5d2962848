import { marksPerEntry } from '../../../shared/stores/aws/url-log-format.ts';

/** The sizes of the log of a host's URLs (`shared/stores/aws/url-log.ts`). */
const maxUrls = 32_768;
const segmentBytes = 3_600;
const recordBytes = 130;
const unitBytes = 1_024;
const markBytes = 8;
/** The id of a batch, and the two lengths. */
const entryBytes = 24;
/** Units of a write to the last segment, which is half full on average. */
const segmentUnits = 2.25;

/** Units of admitting a host's URLs, so many of them at a time. Pure. */
export function urlLogUnits(urls: number, urlsPerTime: number): { writes: number; reads: number } {
  const logged = Math.min(urls, maxUrls);
  const times = Math.max(1, logged / Math.max(1, urlsPerTime));
  const added = Math.min(urlsPerTime, logged);
  const bytes = added * markBytes + Math.ceil(added / marksPerEntry) * entryBytes;
  const timesPerHead = Math.max(1, Math.floor((unitBytes - recordBytes) / bytes));
  const heads = times * Math.ceil((bytes + recordBytes) / unitBytes);
  const moves = Math.max(0, times / timesPerHead - 1);
  const closed = (moves * timesPerHead * bytes) / segmentBytes;
  const beyond = urls - logged;
  return {
    writes: heads + moves * segmentUnits + closed + beyond,
    // The head, and what others have moved since; beyond, each URL is looked up.
    reads: times * (0.5 + (moves > 0 ? 0.5 : 0)) + beyond / 2,
  };
}
