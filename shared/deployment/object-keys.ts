/** Keys of the bucket. A batch id is a digest, so the objects of a run are spread evenly. */
export const objectKeys = {
  outcomes: (run: string) => `runs/${run}/outcomes/`,
  outcome: (run: string, batch: string) => `runs/${run}/outcomes/${batch}.json.gz`,
  /** Files that the job names: handlers (bundled) and URL lists. */
  file: (run: string, path: string) => `runs/${run}/files/${path}`,
  manifest: (run: string) => `runs/${run}/manifest.json`,
  /** Complete items, one JSON object a line; the layout of a Hive partition, for Athena. */
  items: (run: string) => `items/run=${run}/items.jsonl.gz`,
  itemsFolder: (run: string) => `items/run=${run}/`,
  /** For a large run: the parts, in the same folder, from which Athena reads them all. */
  itemsPart: (run: string, part: number | '*') => `items/run=${run}/items-${partName(part)}.jsonl.gz`,
  /** A file that items of a job name, by the hash of its bytes: once for all runs. */
  stored: (job: string, sha256: string) => `${filesPrefix}${job}/${sha256}`,
  storedFolder: (job: string) => `${filesPrefix}${job}/`,
  /** What has come of a file that is not whole yet. */
  upload: (run: string, name: string) => `${uploadsPrefix}${run}/${name}`,
  /** Pages that a batch has kept: whole records of WARC. */
  pages: (run: string, name: string) => `runs/${run}/pages/${name}.warc.gz`,
  /** The other files of a run: items in other formats, incomplete items, failures. */
  report: (run: string, name: string) => `runs/${run}/exports/${name}`,
  /** The intermediate files of an export in parts; deleted after a week. */
  part: (run: string, name: string) => `${partsPrefix}${run}/${name}`,
  /** What was deleted with a run that was forgotten; or, until that is done, what is to be deleted. */
  receipt: (run: string) => `${receiptsPrefix}forgotten/${run}.json`,
  openReceipt: (run: string) => `${receiptsPrefix}forgetting/${run}.json`,
} as const;

/**
 * Receipts say what was erased and when, and nothing of its content. They are kept for three years, the limitation
 * period of claims.
 */
export const receiptsPrefix = 'receipts/';
export const receiptsKeepDays = 1_095;

/** Files that items name. They last for twice as long as the runs that name them, and are written again before the half of it is over. */
export const filesPrefix = 'files/';

/** Files on their way: needed no longer than a function runs, or until its next attempt. */
export const uploadsPrefix = 'uploads/';
export const uploadsKeepDays = 1;

/** Intermediate files, kept for longer than a message of the finish queue. */
export const partsPrefix = 'parts/';
export const partsKeepDays = 8;

/** The order of the names is that of the parts, for as many parts as there can be. */
export function partName(part: number | '*'): string {
  return part === '*' ? part : String(part).padStart(5, '0');
}
