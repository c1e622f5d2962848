import { SelectorMistakeError } from './mistake.ts';
import type { SelectorReader } from './selector-reader.ts';

/** An+B (CSS Syntax, section 6): the step and the offset. */
export function readNth(reader: SelectorReader): { step: number; offset: number } {
  const written = reader.readRaw(/[^\d\s+a-z-]/i);
  const [steps, of] = splitOf(written);
  // The part from `of` on is read as selectors.
  reader.at -= of.length;
  const nth = parseNth(steps);
  if (nth === undefined) {
    throw new SelectorMistakeError(
      `${steps.trim() || 'nothing'} is no position`,
      'write a number, odd, even or a step such as 2n+1',
    );
  }
  return nth;
}

function splitOf(written: string): [string, string] {
  const at = written.search(/\sof(?![\w-])/i);
  return at < 0 ? [written, ''] : [written.slice(0, at), written.slice(at)];
}

function parseNth(written: string): { step: number; offset: number } | undefined {
  const text = written.trim().toLowerCase();
  if (text === 'even') return { step: 2, offset: 0 };
  if (text === 'odd') return { step: 2, offset: 1 };
  if (/^[+-]?\d+$/.test(text)) return { step: 0, offset: Number(text) };
  const parts = /^([+-]?\d*)n(?:\s*([+-])\s*(\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, step = '', sign = '+', offset = '0'] = parts;
  return { step: Number(/\d/.test(step) ? step : `${step}1`), offset: Number(`${sign}${offset}`) };
}

/** Does an element at `position`, counted from 1, match? */
export function isNth({ step, offset }: { step: number; offset: number }, position: number): boolean {
  const distance = position - offset;
  return step === 0 ? distance === 0 : distance % step === 0 && distance / step >= 0;
}
