/** A value of the embedded metric format as CloudWatch would take it. */
export interface EmittedMetric {
  namespace: string;
  /** Sets of dimensions by name; each with its value. */
  dimensions: Record<string, unknown>[];
  name: string;
  unit: string;
  values: number[];
}

interface Metadata {
  Timestamp: number;
  CloudWatchMetrics: {
    Namespace: string;
    Dimensions: string[][];
    Metrics: { Name: string; Unit: string }[];
  }[];
}

/** "Specification: Embedded metric format" (CloudWatch user guide): an array holds at most so many values. */
const maxValues = 100;
const maxMetrics = 100;

/** The metrics in a function's log. Throws for a line of the format that CloudWatch would refuse. */
export function readMetrics(log: string): EmittedMetric[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => metricsOf(JSON.parse(line)));
}

function metricsOf(line: Record<string, unknown> & { _aws?: Metadata }): EmittedMetric[] {
  const { _aws: metadata } = line;
  if (!Number.isInteger(metadata?.Timestamp)) throw new Error('a line without timestamp');
  return (metadata?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) => {
    if (Metrics.length > maxMetrics) throw new Error(`${Metrics.length} metrics in one directive`);
    const dimensions = Dimensions.map((names) =>
      Object.fromEntries(names.map((name) => [name, textOf(line, name)])),
    );
    return Metrics.map(({ Name, Unit }) => {
      return { namespace: Namespace, dimensions, name: Name, unit: Unit, values: valuesOf(line, Name) };
    });
  });
}

function textOf(line: Record<string, unknown>, name: string): string {
  const value = line[name];
  if (typeof value !== 'string' || value === '') throw new Error(`dimension ${name} has no value`);
  return value;
}

function valuesOf(line: Record<string, unknown>, name: string): number[] {
  const values: unknown[] = [line[name]].flat();
  if (values.length === 0 || values.length > maxValues) throw new Error(`${name}: ${values.length} values`);
  if (!values.every((value) => Number.isFinite(value))) throw new Error(`${name}: not all are numbers`);
  return values as number[];
}
