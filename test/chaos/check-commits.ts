import type { Finding } from './checks.ts';
import type { Evidence } from './evidence.ts';

/** Invariant 4: nothing is accepted under a fence that a later holder has outgrown. */
export function checkCommits({ rows }: Evidence): Finding[] {
  const commits: Finding = { invariant: '4 no commit under an old fence', checked: 0, violations: [] };
  const fences: Finding = { invariant: '4 fences only grow', checked: 0, violations: [] };
  const granted = new Map<string, number>();
  for (const { kind, run, key, data } of rows) {
    const name = `${run}: batch ${key}`;
    const newest = granted.get(name) ?? 0;
    if (kind === 'lease') {
      fences.checked += 1;
      const fence = Number(data['fence']);
      if (fence <= newest) fences.violations.push(`${name} was leased with fence ${fence} after ${newest}`);
      granted.set(name, Math.max(fence, newest));
    }
    if (kind === 'done') {
      commits.checked += 1;
      const carried = Number(data['carried']);
      if (carried < newest)
        commits.violations.push(`${name} was committed by ${carried}, ${newest} was granted`);
      if (data['before'] === 1) commits.violations.push(`${name} was committed twice`);
    }
  }
  return [commits, fences];
}
