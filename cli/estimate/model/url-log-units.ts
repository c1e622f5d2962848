import {
  marksPerEntry,
  maxUrls,
  urlsOfEveryLog,
  usuallyRemembered,
} from '../../../shared/stores/aws/url-log-format.ts';

/** The sizes of the log of a host's URLs (`shared/stores/aws/url-log.ts`). */
const segmentBytes = 3_600;
const recordBytes = 130;
const unitBytes = 1_024;
const markBytes = 8;
/** The id of a batch, and the two lengths. */
const entryBytes = 24;
/** Units of a write to the last segment, which is half full on average. */
const segmentUnits = 2.25;

/** Units of admitting a host's URLs, so many of them at a time, beside other hosts that have as many each. Pure. */
export function urlLogUnits(
  urls: number,
  urlsPerTime: number,
  otherHosts: number,
): { writes: number; reads: number } {
  const logged = Math.min(urls, largestLog(otherHosts));
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

/** Until the logs of the others fill the room beside which a log may grow. */
function largestLog(otherHosts: number): number {
  const others = usuallyRemembered / 4;
  return otherHosts === 0 ? maxUrls(0, usuallyRemembered) : Math.max(urlsOfEveryLog, others / otherHosts);
}
