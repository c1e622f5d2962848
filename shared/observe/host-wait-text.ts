import type { HostWait } from '../coordination/host-wait.ts';
import { formatCount, formatTime } from '../text/format.ts';
import { type Paint, plain } from '../text/paint.ts';

/** `it gave no answer that can be used, 3 pauses in a row`. */
export function whyWaits({ why, pauses }: Pick<HostWait, 'why' | 'pauses'>): string {
  switch (why) {
    case 'unanswered':
      return `it gave no answer that can be used, pause ${pauses} in a row`;
    case 'asked':
      return 'it asked for a pause (HTTP 429, 503 or Retry-After)';
    default:
      return why satisfies never;
  }
}

/** More hosts than these are summed up. */
const maxShown = 10;

/** A line for each host that a run waits for. */
export function hostWaitLines(waits: HostWait[], paint: Paint = plain): string[] {
  const lines = waits
    .slice(0, maxShown)
    .map((wait) => `  waits   for ${wait.host} until ${formatTime(wait.until)}: ${whyWaits(wait)}`);
  const left = waits.length - lines.length;
  const more = left === 0 ? [] : [`          … and for ${formatCount(left)} more hosts`];
  return [...lines, ...more].map((line) => paint('yellow', line));
}
