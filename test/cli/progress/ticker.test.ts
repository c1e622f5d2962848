import { describe, expect, it } from 'vitest';
import { makeTicker } from '../../../cli/progress/ticker.ts';

/** Ticks at these times (ms), and what was written by each. */
function writtenAt(isTTY: boolean, times: number[]): string[] {
  let now = 0;
  let written = '';
  const write = (text: string) => {
    written += text;
    return true;
  };
  const stream = { isTTY, write } as unknown as NodeJS.WriteStream;
  const ticker = makeTicker(
    () => `at ${now}`,
    stream,
    () => now,
  );
  const steps = times.map((time) => {
    now = time;
    written = '';
    ticker.tick();
    return written;
  });
  written = '';
  ticker[Symbol.dispose]();
  return [...steps, written];
}

describe('makeTicker', () => {
  it('says nothing of what is over within two seconds', () => {
    expect(writtenAt(true, [0, 1_000, 1_999])).toEqual(['', '', '', '']);
  });

  it('redraws one line on a terminal, and takes it away', () => {
    expect(writtenAt(true, [2_000, 2_100, 2_250])).toEqual([
      '\r\u001b[Kat 2000',
      '',
      '\r\u001b[Kat 2250',
      '\r\u001b[K',
    ]);
  });

  it('writes a line now and then elsewhere', () => {
    expect(writtenAt(false, [2_000, 11_999, 12_000])).toEqual(['at 2000\n', '', 'at 12000\n', '']);
  });
});
