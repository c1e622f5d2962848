/** Whole numbers, the first included, the last not. */
export interface Range {
  from: number;
  to: number;
}

/** The number of primes in the range, by trial division, which keeps the processor busy. */
export function countPrimes({ from, to }: Range): number {
  let count = 0;
  for (let number = from; number < to; number += 1) if (isPrime(number)) count += 1;
  return count;
}

/** Splits `0 … limit` into many ranges, since the last ones take longest and would otherwise keep one process busy alone. */
export function splitRange(limit: number): Range[] {
  const step = Math.max(1, Math.ceil((limit + 1) / 100));
  const count = Math.ceil((limit + 1) / step);
  return Array.from({ length: count }, (_, index) => ({
    from: index * step,
    to: Math.min((index + 1) * step, limit + 1),
  }));
}

function isPrime(number: number): boolean {
  if (number < 4) return number > 1;
  if (number % 2 === 0 || number % 3 === 0) return false;
  for (let divisor = 5; divisor * divisor <= number; divisor += 6) {
    if (number % divisor === 0 || number % (divisor + 2) === 0) return false;
  }
  return true;
}
