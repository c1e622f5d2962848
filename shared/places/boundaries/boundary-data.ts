/** Countries and their divisions, as `natural-earth.br` has them: JSON, compressed by Brotli. */
export interface BoundaryData {
  stepsPerDegree: number;
  /** Lines that boundaries share: steps of longitude and latitude in turn, the first from 0, 0, each other from the point before. */
  arcs: number[][];
  boundaries: Boundary[];
}

export interface Boundary {
  /** `region`: several divisions that have a name together, such as Scotland. */
  kind: 'country' | 'region' | 'division';
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** ISO 3166-2, where there is one. */
  code?: string;
  /** The usual English name first; those of a country are known to every Node. */
  names: string[];
  /** Polygons, their rings, and the arcs of each: `~index` is the arc from its end to its start. */
  rings: number[][][];
}
