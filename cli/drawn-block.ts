import { stripVTControlCharacters } from 'node:util';

/** Lines that replace each other, cut to the width: a folded line could not be taken back. */
export function drawnBlock(stream: NodeJS.WriteStream) {
  let drawn: string[] = [];
  let height = 0;
  const clear = () => {
    if (height > 0) stream.write(`\u001b[${height}A\u001b[0J`);
    height = 0;
  };
  const draw = (lines: string[]) => {
    clear();
    drawn = lines;
    height = lines.length;
    stream.write(lines.map((line) => `${cutToWidth(line, stream.columns)}\n`).join(''));
  };
  return {
    clear,
    draw,
    redraw: () => {
      if (drawn.length > 0) draw(drawn);
    },
  };
}

function cutToWidth(line: string, columns = 80): string {
  const bare = stripVTControlCharacters(line);
  return bare.length < columns ? line : `${bare.slice(0, columns - 2)}…`;
}
