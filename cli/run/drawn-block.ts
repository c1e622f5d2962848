import { cutToWidth } from '../../shared/text/text-width.ts';

const defaultColumns = 80;

/**
 * Lines that replace each other: each is cut to the width, since a folded line could not be taken back, and no
 * more of them are drawn than the screen has, since what has scrolled away could not either.
 */
export function drawnBlock(stream: NodeJS.WriteStream) {
  let drawn: string[] = [];
  let height = 0;
  const clear = () => {
    // From the first column: a terminal shows a Ctrl-C as ^C where the cursor is.
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

/** The cursor's own line is one of the screen's. */
export function maxLines({ rows = defaultRows }: Pick<NodeJS.WriteStream, 'rows'>): number {
  return Math.max(1, rows - 1);
}
