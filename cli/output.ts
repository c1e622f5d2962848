import type { Json } from '../shared/model.ts';
import { type Paint, paintFor } from '../shared/observe/paint.ts';

/** Where a command speaks: text for people, or one JSON object a line. */
export interface Output {
  isJson: boolean;
  paint: Paint;
  /** The answer, on stdout. Text only. */
  line(text?: string): void;
  /** What happens meanwhile, on stderr; in JSON an object of type `note`. */
  note(text: string): void;
  /** The answer, on stdout. JSON only. */
  data(value: object): void;
}

export function openOutput(isJson: boolean): Output {
  const data = (value: object) => {
    if (isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  return {
    isJson,
    paint: paintFor(process.stdout),
    data,
    line(text = '') {
      if (!isJson) process.stdout.write(`${printable(text)}\n`);
    },
    note(text) {
      if (isJson) data({ type: 'note', message: text });
      else process.stderr.write(`${printable(text)}\n`);
    },
  };
}

/** Pages and files are foreign: nothing of them may move the cursor or rename the window. Colours stay. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not reach a terminal.
  return text.replace(/\u001b(?!\[\d{1,2}m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g, '?');
}

/** A value on one line of at most `width` characters. */
export function compact(value: Json | object, width: number): string {
  const text = JSON.stringify(value);
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
