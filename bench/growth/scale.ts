/** From a value to a place on the page, to a tenth of a pixel. */
export type Scale = (value: number) => number;

export interface Range {
  from: number;
  to: number;
  isLogarithmic: boolean;
}

/** A range of one value lies in the middle. */
export function scaleOver({ from, to, isLogarithmic }: Range, [start, end]: [number, number]): Scale {
  const along = isLogarithmic ? Math.log10 : (value: number) => value;
  const length = along(to) - along(from);
  return (value) => {
    const share = length === 0 ? 0.5 : (along(value) - along(from)) / length;
    return Number((start + share * (end - start)).toFixed(1));
  };
}

/** Round values that span a range, from 0 unless it is logarithmic, with room for a label above the largest. */
export function ticksOf({ from, to, isLogarithmic }: Range): number[] {
  if (isLogarithmic) return logarithmicTicks(from, to);
  const rough = (to * 1.12) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const count = Math.ceil((to * 1.12) / step) || 1;
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function logarithmicTicks(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from / 1.4));
  const powers = Array.from({ length: Math.ceil(Math.log10(to)) - first + 2 }, (_, index) => first + index);
  const all = powers.flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)));
  const start = all.findLastIndex((tick) => tick <= from / 1.4);
  return all.slice(Math.max(0, start), all.findIndex((tick) => tick >= to * 1.4) + 1);
}
