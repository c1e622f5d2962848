/**
 * The bench's DNS server, a process of its own. Every host below web.test has one IPv4
 * address in 127.0.0.0/8, by its number; no IPv6 address; other names don't exist. Asked by its parent, it says how
 * many queries it had.
 */
import { createSocket } from 'node:dgram';

/** RFC 1035 section 4.1.1: twelve bytes of header; an answer that repeats the question's name by a pointer to it. */
const headerBytes = 12;
const [typeA, classIn] = [1, 1];
const ttlS = 60;
const [noError, nameError] = [0, 3];

let queries = 0;

const socket = createSocket('udp4');
socket.on('message', (query, { port, address }) => {
  queries += 1;
  socket.send(answerTo(query), port, address);
});
socket.bind(53, '127.0.0.1', () => process.send?.('ready'));
process.on('message', () => process.send?.(queries));
process.on('disconnect', () => process.exit());

function answerTo(query: Buffer): Buffer {
  const { name, end } = nameIn(query);
  const type = query.readUInt16BE(end);
  const question = query.subarray(headerBytes, end + 4);
  const host = /^h(\d+)\.web\.test$/i.exec(name)?.[1];
  const hasAddress = host !== undefined && type === typeA;
  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  // An answer, authoritative, recursion desired and available.
  header.writeUInt16BE(0x8580 | (host === undefined ? nameError : noError), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(hasAddress ? 1 : 0, 6);
  if (!hasAddress) return Buffer.concat([header, question]);
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | headerBytes, 0);
  record.writeUInt16BE(typeA, 2);
  record.writeUInt16BE(classIn, 4);
  record.writeUInt32BE(ttlS, 6);
  record.writeUInt16BE(4, 10);
  record.writeUInt32BE(0x7f010000 + Number(host), 12);
  return Buffer.concat([header, question, record]);
}

function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  return { name: labels.join('.'), end: at + 1 };
}
