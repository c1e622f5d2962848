import { cutToWidth } from '../../shared/text/text-width.ts';

const defaultColumns = 80;

/**
 * Lines that replace one another: each is cut to the width, since a wrapped line could not be erased, and no more
 * are drawn than fit the screen, since lines that have scrolled away could not be erased either.
 */
export function drawnBlock(stream: NodeJS.WriteStream) {
  let drawn: string[] = [];
  let height = 0;
  const clear = () => {
    // From the first column: a terminal shows a Ctrl-C as ^C at the cursor.
    if (height > 0) stream.write(`\r\u001b[${height}A\u001b[0J`);
    height = 0;
  };
  const draw = (lines: string[]) => {
    clear();
    drawn = lines;
    const shown = lines.slice(0, maxLines(stream));
    height = shown.length;
    const columns = (stream.columns ?? defaultColumns) - 1;
    stream.write(shown.map((line) => `${cutToWidth(line, columns)}\n`).join(''));
  };
  return {
    clear,
    draw,
    redraw: () => {
      if (drawn.length > 0) draw(drawn);
    },
  };
}

const defaultRows = 24;

/** The cursor's own line is one of the screen's lines. */
export function maxLines({ rows = defaultRows }: Pick<NodeJS.WriteStream, 'rows'>): number {
  return Math.max(1, rows - 1);
}
