import type { CellFact } from '../../model.ts';
import type { SearchedCells } from './cells.ts';
import type { Frame } from './frame.ts';

export type LeafEnd = Exclude<CellFact['end'], 'split'>;

/** Worst first: cells that are merged into one mark get the worst end among them. */
export const leafEnds: LeafEnd[] = ['failed', 'saturated', 'skipped', 'whole'];

/** The drawn form of a cell, or of several that are too small to be distinguished. Pixels. */
export interface Mark {
  x: number;
  y: number;
  width: number;
  height: number;
  end: LeafEnd;
  found: number;
  deepestLevel: number;
  cells: Record<LeafEnd, number>;
}

/** The marks of cells that are not split any further. As many of the smallest are merged as it takes to stay within `maxMarks`. */
export function marksOf({ cells }: SearchedCells, frame: Frame, maxMarks: number): Mark[] {
  const marks = [...cells.values()].flatMap((cell) =>
    cell.end === 'split' ? [] : [markOf(cell, cell.end, frame)],
  );
  for (let grainPx = 1; ; grainPx *= 2) {
    const merged = merge(marks, grainPx);
    if (merged.length <= maxMarks) return merged;
  }
}

function markOf({ box, found, level }: CellFact, end: LeafEnd, frame: Frame): Mark {
  const cells = { failed: 0, saturated: 0, skipped: 0, whole: 0, [end]: 1 };
  return {
    x: frame.x(frame.turn(box.west)),
    y: frame.y(box.north),
    width: (box.east - box.west) * frame.perLng,
    height: (box.north - box.south) * frame.perLat,
    end,
    found,
    deepestLevel: level,
    cells,
  };
}

/** Marks thinner than the grain are merged into squares of its size. */
function merge(marks: Mark[], grainPx: number): Mark[] {
  const squares = new Map<string, Mark>();
  const large: Mark[] = [];
  for (const mark of marks) {
    if (mark.width >= grainPx && mark.height >= grainPx) {
      large.push(mark);
      continue;
    }
    const x = Math.floor((mark.x + mark.width / 2) / grainPx) * grainPx;
    const y = Math.floor((mark.y + mark.height / 2) / grainPx) * grainPx;
    const key = `${x} ${y}`;
    const square = squares.get(key);
    squares.set(key, square ? joined(square, mark) : { ...mark, x, y, width: grainPx, height: grainPx });
  }
  return [...large, ...squares.values()];
}

function joined(a: Mark, b: Mark): Mark {
  const cells = { ...a.cells };
  for (const end of leafEnds) cells[end] += b.cells[end];
  return {
    ...a,
    end: leafEnds.find((end) => cells[end] > 0) ?? a.end,
    found: a.found + b.found,
    deepestLevel: Math.max(a.deepestLevel, b.deepestLevel),
    cells,
  };
}
