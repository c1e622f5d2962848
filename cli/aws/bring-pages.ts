import { GetObjectCommand } from '@aws-sdk/client-s3';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { PagesFile } from '../../shared/job/pages-of-run.ts';
import type { KeptPages, Run } from '../../shared/model.ts';
import { type BatchOfPages, joinKept, readPagesFiles } from '../join-kept.ts';
import type { AwsProject } from './on-aws.ts';

/** Objects that are read ahead, since each takes a while to answer; larger ones are read when their turn comes. */
const readAhead = 16;
const maxAheadBytes = 4_194_304;

/** Brings the pages that a run has kept into a folder of this machine, put together, unless its manifest says that they are there. */
export async function bringPages(aws: AwsProject, { id }: Run, folder: string): Promise<PagesFile[]> {
  return (await readPagesFiles(folder)) ?? joinKept(id, folder, inOrder(partsOf(aws, id)));
}

async function* partsOf({ store, stack }: AwsProject, run: string): AsyncGenerator<() => BatchOfPages> {
  const get = async (file: string) => {
    const object = { Bucket: stack.bucket, Key: objectKeys.pages(run, file) };
    const { Body } = await store.s3.send(new GetObjectCommand(object));
    if (Body === undefined) throw new Error(`${object.Key} came without a body`);
    return Body;
  };
  for await (const { kept } of store.outcomes.list(run)) {
    if (kept !== undefined) yield () => partOf(kept, get);
  }
}

type Body = AsyncIterable<Uint8Array> & { transformToByteArray(): Promise<Uint8Array> };

/** One that is small is asked for now. */
function partOf(kept: KeptPages, get: (file: string) => Promise<unknown>): BatchOfPages {
  const getBody = () => get(kept.file) as Promise<Body>;
  if (kept.bytes > maxAheadBytes) {
    return {
      kept,
      async *read() {
        yield* await getBody();
      },
    };
  }
  const reading = getBody().then((body) => body.transformToByteArray());
  // It may fail long before its turn.
  reading.catch(() => undefined);
  return {
    kept,
    async *read() {
      yield await reading;
    },
  };
}

async function* inOrder(begins: AsyncIterable<() => BatchOfPages>): AsyncGenerator<BatchOfPages> {
  const ahead: BatchOfPages[] = [];
  for await (const begin of begins) {
    ahead.push(begin());
    const next = ahead.length < readAhead ? undefined : ahead.shift();
    if (next !== undefined) yield next;
  }
  yield* ahead;
}
