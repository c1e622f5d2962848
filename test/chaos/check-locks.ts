import type { Finding } from './checks.ts';
import type { Evidence } from './evidence.ts';

/** Registers under locks: every increment counts, whoever stood still meanwhile. */
export function checkLocks({ rows }: Evidence): Finding[] {
  const increments: Finding = { invariant: 'locks: no increment is lost', checked: 0, violations: [] };
  const stale: Finding = { invariant: 'locks: no write under an old fence', checked: 0, violations: [] };
  const fences: Finding = { invariant: 'locks: fences only grow', checked: 0, violations: [] };
  const registers = new Map<string, { value: number; fence: number }>();
  const granted = new Map<string, number>();
  for (const { kind, key, data } of rows) {
    const fence = Number(data['fence']);
    if (kind === 'grant') {
      const newest = granted.get(key) ?? 0;
      fences.checked += 1;
      if (fence <= newest) fences.violations.push(`${key}: fence ${fence} was granted after ${newest}`);
      granted.set(key, Math.max(fence, newest));
    }
    if (kind !== 'register') continue;
    const before = registers.get(key) ?? { value: 0, fence: 0 };
    const value = Number(data['value']);
    registers.set(key, { value, fence });
    stale.checked += 1;
    if (fence < before.fence) stale.violations.push(`${key}: fence ${fence} wrote after ${before.fence}`);
    // An answer was lost, and the same write sent again.
    if (value === before.value && fence === before.fence) continue;
    increments.checked += 1;
    if (value !== before.value + 1) {
      increments.violations.push(`${key}: ${before.value} was followed by ${value} (fence ${fence})`);
    }
  }
  return [increments, stale, fences];
}
