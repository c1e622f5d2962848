import { entriesOf, maxUrls, packEntry, usuallyRemembered } from '../../shared/stores/aws/url-log-format.ts';
import type { UsageMeter } from './usage-meter.ts';

/** The sizes of the DynamoDB adapter (`shared/stores/aws/url-log.ts`). */
const segmentBytes = 3_600;
/** Of a record: key, names and numbers. */
const overheadBytes = 130;
const unitBytes = 1_024;

/** The log of a host, by its sizes. */
interface HostLog {
  isFull: boolean;
  urls: number;
  /** Bytes of the head's entries. */
  head: number[];
  flushed: number;
  segment: number;
  segmentFill: number;
}

/** What one process knows of a log: the last segment that it has read, and how many URLs. */
interface View {
  segment: number;
  flushed: number;
  urls: number;
}

/** Bills admissions as the adapter's logs would cost: without the rare write that another process's refuses. */
export interface UrlLogBill {
  /** One process asks for `unknown` URLs of a host, of which `fresh` are new. */
  ofProcess(): (host: string, unknown: number, fresh: number) => void;
}

export function makeUrlLogBill(meter: UsageMeter): UrlLogBill {
  const logs = new Map<string, HostLog>();
  const logOf = (host: string): HostLog => {
    const log = logs.get(host) ?? {
      isFull: false,
      urls: 0,
      head: [],
      flushed: 0,
      segment: 0,
      segmentFill: 0,
    };
    logs.set(host, log);
    return log;
  };
  const billWrite = (units: number) => {
    meter.add('writeUnits', units);
    meter.count('write units: admission', units);
  };
  return {
    ofProcess() {
      const views = new Map<string, View>();
      let remembered = 0;
      const drop = (host: string) => {
        remembered -= views.get(host)?.urls ?? 0;
        views.delete(host);
      };
      return (host, unknown, fresh) => {
        if (unknown === 0) return;
        const log = logOf(host);
        const others = remembered - (views.get(host)?.urls ?? 0);
        log.isFull ||= log.urls + fresh > maxUrls(others, usuallyRemembered);
        const { isFull } = log;
        meter.add('readUnits', 0.5 + segmentsUnread(log, views.get(host)) / 2);
        if (isFull) {
          meter.add('readUnits', unknown / 2);
          billWrite(fresh);
        } else if (fresh > 0) billWrite(append(log, fresh));
        drop(host);
        views.set(host, { segment: log.segment, flushed: log.flushed, urls: log.urls });
        remembered += log.urls;
        for (const [oldest] of views) {
          if (remembered <= usuallyRemembered) break;
          drop(oldest);
        }
      };
    },
  };
}

function segmentsUnread(log: HostLog, view: View = { segment: 0, flushed: 0, urls: 0 }): number {
  return log.flushed === view.flushed ? 0 : log.segment - view.segment + 1;
}

/** The write units of adding so many URLs. */
function append(log: HostLog, fresh: number): number {
  const entries = entriesOf('x'.repeat(22), Array<string>(fresh).fill('12345678'));
  const added = entries.map((entry) => packEntry(entry).length);
  const mustMove = log.head.length > 0 && sum(log.head) + sum(added) > unitBytes - overheadBytes;
  const moving = mustMove ? moveHead(log) : 0;
  log.head.push(...added);
  log.urls += fresh;
  return moving + unitsOf(sum(log.head));
}

function moveHead(log: HostLog): number {
  let units = 0;
  for (const bytes of log.head) {
    if (log.segmentFill + bytes > segmentBytes) {
      units += unitsOf(log.segmentFill);
      log.segment += 1;
      log.segmentFill = 0;
    }
    log.segmentFill += bytes;
  }
  log.head = [];
  log.flushed = log.urls;
  return units + unitsOf(log.segmentFill);
}

function unitsOf(bytes: number): number {
  return Math.ceil((bytes + overheadBytes) / unitBytes);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
