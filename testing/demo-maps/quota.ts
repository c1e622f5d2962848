import { exhaust } from './api-error.ts';

export interface QuotaOptions {
  /** Requests that any 60 seconds may have. @default none */
  perMinute?: number;
  /** Requests that a day may have; it ends at midnight in California. @default none */
  perDay?: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const pacificMs = 8 * 3_600_000;

/** Counts a request in, or throws the 429 for it; one that is refused does not count. */
export type Quota = () => void;

export function makeQuota(metric: string, options: QuotaOptions, now: () => number): Quota {
  const { perMinute = Number.POSITIVE_INFINITY, perDay = Number.POSITIVE_INFINITY } = options;
  let recent: number[] = [];
  let day = -1;
  let today = 0;
  return () => {
    const at = now();
    const date = Math.floor((at - pacificMs) / dayMs);
    if (date !== day) [day, today] = [date, 0];
    if (today >= perDay) throw exhaust(metric, 'day', perDay);
    if (Number.isFinite(perMinute)) {
      recent = recent.filter((start) => start > at - minuteMs);
      if (recent.length >= perMinute) throw exhaust(metric, 'minute', perMinute);
      recent.push(at);
    }
    today += 1;
  };
}
