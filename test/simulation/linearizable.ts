/**
 * One operation of a history. Its effect came at some moment from `calledAt` to `returnedAt`, both places
 * in the order of the history. Without an answer it came at any moment after the call, or never.
 */
export interface Operation<State> {
  calledAt: number;
  returnedAt?: number;
  /** The states it may lead to; none if it could not have been answered as it was. */
  step(state: State): State[];
  text: string;
}

/**
 * Whether the operations could have happened one after the other, each between its call and its answer:
 * Wing and Gong's search ("Testing and verifying concurrent objects", 1993), which remembers where it has
 * been, as Lowe's does ("Testing for linearizability", 2017). `keyOf` tells states apart.
 */
export function isLinearizable<State>(
  operations: Operation<State>[],
  initial: State,
  keyOf: (state: State) => string,
): boolean {
  const ordered = operations.toSorted((a, b) => a.calledAt - b.calledAt);
  const been = new Set<string>();
  const pending: { done: bigint; state: State }[] = [{ done: 0n, state: initial }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { done, state } = place;
    const key = `${done.toString(36)} ${keyOf(state)}`;
    if (been.has(key)) continue;
    been.add(key);
    const open = openOf(ordered, done);
    if (open === 'all done') return true;
    for (const index of open) {
      const next = ordered[index]?.step(state) ?? [];
      for (const to of next) pending.push({ done: done | (1n << BigInt(index)), state: to });
    }
  }
  return false;
}

/** Which operations may come next: those called before the first answer that is still to come. */
function openOf<State>(ordered: Operation<State>[], done: bigint): number[] | 'all done' {
  const open: number[] = [];
  let firstReturn = Number.POSITIVE_INFINITY;
  for (const [index, { calledAt, returnedAt = Number.POSITIVE_INFINITY }] of ordered.entries()) {
    if (calledAt > firstReturn) break;
    if ((done >> BigInt(index)) & 1n) continue;
    open.push(index);
    firstReturn = Math.min(firstReturn, returnedAt);
  }
  if (firstReturn === Number.POSITIVE_INFINITY) return 'all done';
  return open.filter((index) => (ordered[index]?.calledAt ?? 0) < firstReturn);
}
