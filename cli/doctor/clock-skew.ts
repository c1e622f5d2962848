import { type CheckFinding, look, ok, wrong } from './check.ts';

/** Date headers have whole seconds, and are made before they are sent. */
const skewMs = { look: 5_000, wrong: 300_000 };

/** The finding for a difference to another clock; positive when this machine is ahead. */
export function judgeSkew(ms: number, whose: string): CheckFinding {
  const says = `${Math.abs(ms) < 2_000 ? 'agrees with' : `${Math.round(Math.abs(ms) / 1_000)} s ${ms > 0 ? 'ahead of' : 'behind'}`} that of ${whose}`;
  if (Math.abs(ms) >= skewMs.wrong) {
    return wrong(says, `${setClock} AWS refuses calls that are five minutes off.`);
  }
  return Math.abs(ms) >= skewMs.look ? look(says, setClock) : ok(says);
}

export const setClock = 'Let the machine set its clock by the network: timedatectl set-ntp true.';

/**
 * The header's second is some moment during the call: returns the part of the difference that the duration of the
 * call cannot explain.
 */
export function skewBetween(sentAt: number, receivedAt: number, date: number): number {
  if (date + 1_000 < sentAt) return sentAt - (date + 1_000);
  return date > receivedAt ? receivedAt - date : 0;
}
