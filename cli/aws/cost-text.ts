import { costOf, type Service, usageOf } from '../../shared/cost/cost.ts';
import type { Counts } from '../../shared/model.ts';
import { finishedPages } from '../../shared/observe/run-view.ts';
import { formatUsd } from '../../shared/text/format.ts';

/** What a run has cost, by its own measured use. */
export interface RunCost {
  totalUsd: number;
  byService: Record<Service, number>;
  /** Absent until a page of the run has ended. */
  per1000PagesUsd?: number;
  writeUnitsPerPage?: number;
}

export function costOfRun(counts: Counts): RunCost {
  const usage = usageOf(counts);
  const cost = costOf(usage);
  const pages = finishedPages(counts);
  if (pages === 0) return cost;
  return {
    ...cost,
    per1000PagesUsd: (cost.totalUsd * 1_000) / pages,
    writeUnitsPerPage: (usage.writeUnits ?? 0) / pages,
  };
}

const serviceNames: Record<Service, string> = {
  lambda: 'Lambda',
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  s3: 'S3',
  logs: 'logs',
  kms: 'KMS',
};

/** The cost as lines that follow those of a summary. */
export function costLines(cost: RunCost, isOver: boolean): string[] {
  const services = (Object.keys(serviceNames) as Service[])
    .filter((service) => cost.byService[service] > 0)
    .sort((a, b) => cost.byService[b] - cost.byService[a])
    .map((service) => `${serviceNames[service]} ${formatUsd(cost.byService[service])}`);
  const by = services.length === 0 ? '' : `: ${services.join(', ')}`;
  const lines = [`  cost    ${formatUsd(cost.totalUsd)}${isOver ? '' : ' so far'}${by}`];
  const { per1000PagesUsd, writeUnitsPerPage } = cost;
  if (per1000PagesUsd === undefined || writeUnitsPerPage === undefined) return lines;
  const perPage = `${formatUsd(per1000PagesUsd)} per 1,000 pages, ${writeUnitsPerPage.toFixed(2)} write units per page`;
  return [...lines, `          ${perPage}`];
}
