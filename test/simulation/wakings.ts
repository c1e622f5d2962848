interface Waking {
  /** Epoch ms. */
  at: number;
  /** Decides between those of one moment. */
  tie: number;
  wake(): void;
}

/** Awakenings by time; those of one moment in an order of their own. A binary heap. */
export function makeWakings(random: () => number): {
  push(at: number, wake: () => void): void;
  pop(): Waking | undefined;
} {
  const heap: Waking[] = [];
  return {
    push(at, wake) {
      const waking = { at, tie: random(), wake };
      let index = heap.length;
      heap.push(waking);
      while (index > 0) {
        const parent = (index - 1) >> 1;
        const above = heap[parent];
        if (above === undefined || !isBefore(waking, above)) break;
        heap[index] = above;
        index = parent;
      }
      heap[index] = waking;
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return first;
      sinkFromTop(heap, last);
      return first;
    },
  };
}

function sinkFromTop(heap: Waking[], waking: Waking): void {
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, waking)) break;
    heap[index] = child;
    index = 2 * index + (isRight ? 2 : 1);
  }
  heap[index] = waking;
}

function isBefore(a: Waking, b: Waking): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}
