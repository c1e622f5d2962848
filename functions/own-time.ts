import type { Ledger } from '../shared/coordination/ports.ts';
import type { Meter } from '../shared/stores/aws/meter.ts';

/** The receive and the delete of the event source mapping, and the call that sets the visibility. */
const sqsRequestsPerEvent = 3;
/** Lambda's own log lines of an invocation, and ours: bytes, as measured. */
const logBytesPerEvent = 2_500;

/** Attributes a function's time to the runs that it works for: each commit takes the time since the last one. */
export interface OwnTime {
  /** The ledger whose commits carry the time. */
  during(ledger: Ledger): Ledger;
  /** The rest of the event's time goes to the next commit of `run`. */
  end(run: string | undefined): void;
}

/** `isX86`: the function runs on another processor, whose time has another price. */
export function startOwnTime(
  meter: Meter,
  { memoryMb, isX86 }: { memoryMb: number; isX86: boolean },
  startedAt: number,
): OwnTime {
  const name = isX86 ? 'lambdaX86MbMs' : 'lambdaMbMs';
  let since = startedAt;
  const attribute = (run: string) => {
    const now = Date.now();
    meter.addTo(run, name, memoryMb * (now - since));
    since = now;
  };
  return {
    during: (ledger) => ({
      ...ledger,
      commit(commit) {
        attribute(commit.run);
        return ledger.commit(commit);
      },
    }),
    end(run) {
      if (run === undefined) return;
      attribute(run);
      meter.addTo(run, 'lambdaRequests', 1);
      meter.addTo(run, 'sqsRequests', sqsRequestsPerEvent);
      meter.addTo(run, 'logBytes', logBytesPerEvent);
    },
  };
}
