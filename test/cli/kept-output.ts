import type { Output } from '../../cli/output.ts';
import { plain } from '../../shared/text/paint.ts';

export interface KeptOutput extends Output {
  lines: string[];
  notes: string[];
  /** What is for programs. */
  values: object[];
}

/** An output that keeps what it is given, text and data alike. */
export function keepOutput(isJson = false): KeptOutput {
  const [lines, notes, values]: [string[], string[], object[]] = [[], [], []];
  return {
    ...{ isJson, paint: plain, lines, notes, values },
    line: (text = '') => void lines.push(text),
    note: (text) => void notes.push(text),
    data: (value) => void values.push(value),
  };
}
