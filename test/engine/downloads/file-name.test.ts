import { describe, expect, it } from 'vitest';
import { calledBy, safeFileName } from '../../../shared/engine/downloads/file-name.ts';

const sha256 = '0123456789abcdef'.repeat(4);
const end = '0123456789abcdef';

describe('safeFileName', () => {
  it.each([
    ['Photo.JPG', 'jpg', `photo-${end}.jpg`],
    ['CON', 'txt', `con-${end}.txt`],
    ['nul.png', 'png', `nul-${end}.png`],
    ['..', 'pdf', `file-${end}.pdf`],
    ['name. . .', 'pdf', `name-${end}.pdf`],
    ['a:b*c?d"e<f>g|h', 'pdf', `a-b-c-d-e-f-g-h-${end}.pdf`],
    ['archive.tar.gz', 'gz', `archive-${end}.gz`],
    ['version 2.5.pdf', 'pdf', `version-2-5-${end}.pdf`],
    ['', undefined, `file-${end}`],
    ['bell\u0007\u0000\u202egpj.exe', 'bin', `bell-gpj-${end}.bin`],
    ['Straße und Cafe\u0301.png', 'png', `straße-und-caf\u00e9-${end}.png`],
    ['写真.jpg', 'jpg', `写真-${end}.jpg`],
    ['x.png', '../sh', `x-${end}`],
    ['\u0301mark first', 'txt', `mark-first-${end}.txt`],
  ])('makes of %j with %s the name %s', (called, extension, name) => {
    expect(safeFileName(called, sha256, extension)).toBe(name);
  });

  it('is at most 102 bytes long, and cuts no letter in two', () => {
    const name = safeFileName('नि'.repeat(100), sha256, 'jpeg');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(102);
    expect(name).toMatch(/^(नि)+-/);
  });
});

describe('calledBy', () => {
  const url = 'https://a.example/files/Report%20One.pdf?x=/y';
  it.each([
    [undefined, 'Report One.pdf'],
    ['inline', 'Report One.pdf'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['attachment; filename="C:\\\\temp\\\\evil.exe"', 'evil.exe'],
    ['attachment; filename=plain.pdf; size=3', 'plain.pdf'],
    ['attachment; filename="x.pdf"; filename*=UTF-8\'\'%e2%82%ac%20rates.pdf', '€ rates.pdf'],
    ["attachment; filename*=UTF-8''%ff", '%ff'],
    [`attachment; filename="${Buffer.from('é.pdf').toString('latin1')}"`, 'é.pdf'],
    ['attachment; filename="caf\u00e9.pdf"', 'café.pdf'],
  ])('reads %j as %s', (disposition, name) => {
    expect(calledBy(url, disposition)).toBe(name);
  });

  it('takes an address whose escapes are none as it is', () => {
    expect(calledBy('https://a.example/%zz.png', undefined)).toBe('%zz.png');
  });
});
