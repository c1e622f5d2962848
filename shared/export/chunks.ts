/** Lines are written together up to this size, since a write per line would cost more than the line. */
const chunkChars = 65_536;

/** The lines as UTF-8, in chunks of some 64 kB. */
export async function* chunksOf(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Buffer> {
  let pending = '';
  for await (const line of lines) {
    pending += line;
    if (pending.length < chunkChars) continue;
    yield Buffer.from(pending, 'utf8');
    pending = '';
  }
  if (pending !== '') yield Buffer.from(pending, 'utf8');
}
