import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { writeWhole } from '../../shared/export/export-to-file.ts';
import { type ZipPart, zipChunks } from '../../shared/export/xlsx/zip.ts';
import { indexArchive } from './index-archive.ts';

/** A file of the package, as `datapackage.json` names it. */
interface Resource {
  name: string;
  path: string;
  hash: string;
  bytes: number;
}

/** Lines of the index that are compressed together, so that a reader gets few bytes for an address: as pywb has it. */
const linesOfBlock = 3_000;

/**
 * Writes WACZ 1.1.1: a ZIP archive with files of WARC, their index and the list of pages, which viewers read in parts over the web.
 * The file is whole or not there. Returns how many pages there are.
 */
export async function writeWacz(
  file: string,
  { files, title, software }: { files: string[]; title: string; software: string },
): Promise<{ pages: number }> {
  const { lines, pages } = await indexArchive(files);
  const resources: Resource[] = [];
  const { index, blocks } = compressIndex(lines);
  const parts = [
    listed(resources, { path: 'indexes/index.cdx.gz', isStored: true, content: () => Readable.from(blocks) }),
    listed(resources, { path: 'indexes/index.idx', content: () => Readable.from([index]) }),
    ...files.map((one) =>
      listed(resources, {
        ...{ path: `archive/${basename(one)}`, isStored: true },
        content: () => createReadStream(one),
      }),
    ),
    listed(resources, { path: 'pages/pages.jsonl', content: () => Readable.from([pageList(pages)]) }),
  ];
  // Its content is made when all others are written, and so known.
  const about = () => Buffer.from(JSON.stringify(packageOf({ resources, title, software }), null, 2));
  let text: Buffer | undefined;
  const once = () => (text ??= about());
  const own: ZipPart[] = [
    { path: 'datapackage.json', content: () => Readable.from([once()]) },
    { path: 'datapackage-digest.json', content: () => Readable.from([digestOf(once())]) },
  ];
  await writeWhole(file, (to) => pipeline(zipChunks([...parts, ...own]), to), 0o600);
  return { pages: pages.length };
}

/** The part, which is in the list once it is written. */
function listed(resources: Resource[], part: ZipPart): ZipPart {
  return {
    ...part,
    async *content() {
      const sha256 = createHash('sha256');
      let bytes = 0;
      for await (const chunk of part.content()) {
        sha256.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
      const { path } = part;
      resources.push({ name: basename(path), path, hash: `sha256:${sha256.digest('hex')}`, bytes });
    },
  };
}

/** ZipNum: blocks of lines, each a gzip by itself, and an index of their first lines. */
function compressIndex(lines: string[]): { index: Buffer; blocks: Buffer[] } {
  const index = [`!meta 0 ${JSON.stringify({ format: 'cdxj-gzip-1.0', filename: 'index.cdx.gz' })}\n`];
  const blocks: Buffer[] = [];
  let offset = 0;
  for (let at = 0; at < lines.length; at += linesOfBlock) {
    const block = gzipSync(lines.slice(at, at + linesOfBlock).join(''));
    const key = lines[at]?.split(' {', 1)[0] ?? '';
    const digest = `sha256:${hash('sha256', block, 'hex')}`;
    index.push(`${key} ${JSON.stringify({ offset, length: block.length, digest })}\n`);
    blocks.push(block);
    offset += block.length;
  }
  return { index: Buffer.from(index.join('')), blocks };
}

function pageList(pages: object[]): Buffer {
  const head = { format: 'json-pages-1.0', id: 'pages', title: 'Pages' };
  const lines = [head, ...pages.map((page, index) => ({ id: String(index + 1), ...page }))];
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function packageOf({
  resources,
  title,
  software,
}: {
  resources: Resource[];
  title: string;
  software: string;
}) {
  const created = new Date().toISOString().replace(/\.\d+/, '');
  return { profile: 'data-package', wacz_version: '1.1.1', title, software, created, resources };
}

function digestOf(text: Buffer): Buffer {
  const digest = { path: 'datapackage.json', hash: `sha256:${hash('sha256', text, 'hex')}` };
  return Buffer.from(JSON.stringify(digest, null, 2));
}
