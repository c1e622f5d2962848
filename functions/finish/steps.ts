import { exportToBucket } from '../export-to-bucket.ts';
import { assemble, filesToAssemble } from './assemble.ts';
import { mergeParts, unsorted } from './merge-parts.ts';
import {
  type Exporting,
  type FinishStep,
  type LostFile,
  otherFormats,
  type Progress,
  type StepName,
} from './progress.ts';
import { writeCoverage } from './write-coverage.ts';
import { completeItems, writeFacts } from './write-facts.ts';
import { writeLines } from './write-lines.ts';
import { rowFormatsOf, writeRows } from './write-rows.ts';
import { afterWorkbook, wholeFormatsOf, writeWorkbook } from './write-workbook.ts';

/** All steps except the last, which announces the end and gets their results. */
export const steps: Record<Exclude<StepName, 'end'>, FinishStep> = {
  facts: writeFacts,
  lines: writeLines,
  whole: writeWhole,
  merge: mergeParts,
  rows: writeRows,
  workbook: writeWorkbook,
  assemble,
  coverage: writeCoverage,
};

/** A file in another format, for a run whose records fill no more than one part. */
async function writeWhole(exporting: Exporting, progress: Progress): Promise<Progress> {
  const format = otherFormats(exporting.job)[progress.part];
  if (format === undefined) return { ...progress, step: 'coverage', part: 0 };
  const complete = await completeItems(exporting, progress);
  const file = await exportToBucket(exporting, exporting.run, format, complete);
  return { ...progress, part: progress.part + 1, files: [...progress.files, file] };
}

/**
 * The progress without a step that failed to the last attempt, or killed its process each time: the run must end
 * without it, and report that. `undefined`: it cannot go on without this step.
 */
export function withoutStep(exporting: Exporting, progress: Progress): Progress | undefined {
  const { step, part } = progress;
  const lose = (next: Pick<Progress, 'step' | 'part'>, ...names: LostFile['what'][]): Progress => {
    const lost = names.map((what) => ({ what, code: 'EXPORT_LOST' as const }));
    return { ...progress, ...next, lost: [...progress.lost, ...lost] };
  };
  switch (step) {
    case 'whole': {
      const format = otherFormats(exporting.job)[part];
      return format === undefined ? undefined : lose({ step, part: part + 1 }, format);
    }
    case 'merge':
      return unsorted(progress, 'noRoom');
    case 'rows':
      return lose({ step: 'workbook', part: 0 }, ...rowFormatsOf(exporting));
    case 'workbook':
      return lose(afterWorkbook(exporting, part), ...wholeFormatsOf(exporting).slice(part, part + 1));
    case 'assemble': {
      const name = filesToAssemble(exporting, progress)[part];
      // The list of files is shorter by the lost one then.
      return name === undefined || name === 'items' ? undefined : lose({ step, part }, name);
    }
    case 'coverage':
      return lose({ step: 'end', part: 0 }, 'coverage');
    case 'facts': {
      const { after: _, ...rest } = lose({ step: 'lines', part: 0 }, 'mentions');
      return rest;
    }
    case 'lines':
    case 'end':
      return undefined;
    default:
      return step satisfies never;
  }
}
