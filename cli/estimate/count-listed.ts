import { hostOf } from '../../shared/fetch/url.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import { aheadOf } from '../../shared/sources/ahead.ts';
import { localFiles } from '../../shared/sources/local-file.ts';

/** Pages that sources name: how many by host, and the batches they fall into. */
export interface Listed {
  hosts: Map<string, number>;
  batches: number;
  /** Sitemaps and chunks that name them. */
  sources: number;
}

export function noneListed(): Listed {
  return { hosts: new Map(), batches: 0, sources: 0 };
}

/** Adds the URLs of one sitemap or chunk: each host's URLs form separate batches. */
export function addListed(listed: Listed, urls: string[], batchSize: number): void {
  const byHost = new Map<string, number>();
  for (const url of urls) byHost.set(hostOf(url), (byHost.get(hostOf(url)) ?? 0) + 1);
  for (const [host, count] of byHost) {
    listed.hosts.set(host, (listed.hosts.get(host) ?? 0) + count);
    listed.batches += Math.ceil(count / batchSize);
  }
  listed.sources += 1;
}

/** Counts the pages that sources list without a run, streamed, repeated lines included. Throws `DropError` SOURCE_MISSING. */
export async function countFiles({ job, baseDir }: LoadedJob, batchSize: number): Promise<Listed> {
  const listed = noneListed();
  for (const [index, source] of job.sources.entries()) {
    const list = await aheadOf(source).list?.();
    if (list === undefined) continue;
    for await (const urls of list(job, index, localFiles(baseDir))) addListed(listed, urls, batchSize);
  }
  return listed;
}
