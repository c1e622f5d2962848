import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../../../shared/fetch/charset/charset.ts';
import type { CorpusResult } from '../corpus-result.ts';

/**
 * The Encoding Standard's own tables (github.com/whatwg/encoding: `index-*.txt`, `encodings.json`): each
 * pointer of each index as bytes, each label.
 */
export function checkEncodings(folder: string): CorpusResult {
  const misses: string[] = [];
  let cases = 0;
  const check = (label: string, bytes: number[], expected: string) => {
    cases += 1;
    const { text } = decodeText(new Uint8Array(bytes), `text/plain; charset=${label}`);
    if (text !== expected) misses.push(`${label} ${hexOf(bytes)}: ${expected}, not ${text}`);
  };
  for (const [label, name, bytesOf] of multiByte) {
    for (const [pointer, character] of readIndex(folder, name)) {
      const bytes = bytesOf(pointer);
      if (bytes !== undefined) check(label, bytes, character);
    }
  }
  const encodings = JSON.parse(readFileSync(join(folder, 'encodings.json'), 'utf8')) as Encodings;
  for (const { name, labels } of encodings.flatMap((group) => group.encodings)) {
    if (isSingleByte(name)) {
      const index = new Map(readIndex(folder, name.toLowerCase()));
      for (let byte = 0x80; byte <= 0xff; byte += 1) check(name, [byte], index.get(byte - 0x80) ?? '\uFFFD');
    }
    for (const label of labels) {
      cases += 1;
      const { charset } = decodeText(
        new Uint8Array([0xc3, 0x28, 0xfd, 0xfd]),
        `text/plain; charset=${label}`,
      );
      if (charset !== name.toLowerCase()) misses.push(`label ${label}: ${name}, not ${charset}`);
    }
  }
  return { cases, misses };
}

type Encodings = { encodings: { name: string; labels: string[] }[] }[];

function readIndex(folder: string, name: string): [pointer: number, character: string][] {
  const file = name === 'iso-8859-8-i' ? 'iso-8859-8' : name;
  return readFileSync(join(folder, `index-${file}.txt`), 'utf8')
    .split('\n')
    .filter((line) => /^\s*\d/.test(line))
    .map((line) => {
      const [pointer, code = ''] = line.trim().split(/\s+/);
      return [Number(pointer), String.fromCodePoint(Number.parseInt(code, 16))];
    });
}

function isSingleByte(name: string): boolean {
  return /^(IBM866|ISO-8859|KOI8|macintosh|windows|x-mac)/.test(name);
}

/** How the standard makes bytes of a pointer, by encoding and index. */
const multiByte: [label: string, index: string, bytesOf: (pointer: number) => number[] | undefined][] = [
  ['big5', 'big5', (pointer) => [row(pointer, 157, 0x81), past(pointer % 157, 0x3f, 0x40, 0x62)]],
  ['euc-kr', 'euc-kr', (pointer) => [row(pointer, 190, 0x81), (pointer % 190) + 0x41]],
  ['gbk', 'gb18030', (pointer) => [row(pointer, 190, 0x81), past(pointer % 190, 0x3f, 0x40, 0x41)]],
  ['gb18030', 'gb18030', (pointer) => [row(pointer, 190, 0x81), past(pointer % 190, 0x3f, 0x40, 0x41)]],
  [
    'euc-jp',
    'jis0208',
    (pointer) => (pointer < 94 * 94 ? [row(pointer, 94, 0xa1), (pointer % 94) + 0xa1] : undefined),
  ],
  ['euc-jp', 'jis0212', (pointer) => [0x8f, row(pointer, 94, 0xa1), (pointer % 94) + 0xa1]],
  ['shift_jis', 'jis0208', shiftJis],
  [
    'iso-2022-jp',
    'jis0208',
    (pointer) =>
      pointer < 94 * 94
        ? [0x1b, 0x24, 0x42, row(pointer, 94, 0x21), (pointer % 94) + 0x21, 0x1b, 0x28, 0x42]
        : undefined,
  ],
];

function shiftJis(pointer: number): number[] | undefined {
  const lead = past(Math.floor(pointer / 188), 0x1f, 0x81, 0xc1);
  return lead > 0xfc ? undefined : [lead, past(pointer % 188, 0x3f, 0x40, 0x41)];
}

function row(pointer: number, width: number, first: number): number {
  return Math.floor(pointer / width) + first;
}

function past(at: number, gap: number, low: number, high: number): number {
  return at + (at < gap ? low : high);
}

function hexOf(bytes: number[]): string {
  return bytes.map((byte) => byte.toString(16)).join(' ');
}
