/** No process that loads this gets as far as to call anything. */
if (process.argv[1]?.endsWith('process-main.ts')) process.exit(7);

export function never(input: number): number {
  return input;
}
