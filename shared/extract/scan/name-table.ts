/** In the tables below, what is no code: the name ends before it. */
export const endsName = 0;
/** Not ASCII, or a control character: such names are rare, and are read as strings. */
export const oddInName = 1;

/** ASCII code → its lower case in the name of a tag; `endsName` for white space, `/` and `>`. */
export const tagFold = makeFold('\t\n\f\r />');
/** `tagFold` for names of attributes, which `=` ends as well. */
export const attributeFold = makeFold('\t\n\f\r />=');

/** `tagFold` for classes, where they are compared in any case. What ends a value, or begins a reference, is odd. */
export const classFold = makeClassFold();
/** `classFold` where the case of letters counts. */
export const classCodes = classFold.map((folded, code) => (folded > oddInName ? code : folded));

function makeFold(ends: string): Uint8Array {
  const fold = new Uint8Array(256).fill(oddInName);
  for (let code = 32; code < 128; code++) fold[code] = code >= 65 && code <= 90 ? code + 32 : code;
  for (const end of ends) fold[end.charCodeAt(0)] = endsName;
  return fold;
}

function makeClassFold(): Uint8Array {
  const fold = makeFold('\t\n\f\r ');
  for (const odd of `"'&>`) fold[odd.charCodeAt(0)] = oddInName;
  return fold;
}

/** The hash that `NameTable` is asked with, one ASCII code further. Start with 0. */
export function hashNext(hash: number, code: number): number {
  return ((hash << 8) | (hash >>> 24)) ^ code;
}

/** The hash of so many codes holds them all. */
const exactLength = 4;

/** Numbers that one table gives, 0 (none) included. */
export const maxNames = 1_024;
const slots = 2 * maxNames;
/** Of 32 bits, leaves as many as number the slots. */
const slotShift = 32 - Math.log2(slots);
const maxFiledChars = 16_383;

/**
 * Names as small numbers, found by where they stand in a page (as UTF-8), without making a string. Names that a
 * page brings along are numbered until `forget`.
 */
export class NameTable {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [''];
  /** The names one after another, in UTF-8. */
  private bytes = Buffer.alloc(1_024);
  private readonly offsets = new Uint32Array(maxNames + 1);
  private readonly lengths = new Uint16Array(maxNames);
  private readonly slotNumbers = new Uint16Array(slots);
  private readonly slotHashes = new Int32Array(slots);
  private readonly slotOf = new Uint16Array(maxNames);
  private readonly fold: Uint8Array | undefined;
  private kept = 1;

  /** `fold`: how codes of a page become those of names. */
  constructor(fold?: Uint8Array) {
    this.fold = fold;
  }

  get size(): number {
    return this.names.length;
  }

  /** The number of a name of the program, for good. 0 when the table is full. */
  keep(name: string): number {
    const number = this.intern(name);
    this.kept = this.names.length;
    return number;
  }

  /** Drops the names that are not kept. */
  forget(): void {
    while (this.names.length > this.kept) {
      const name = this.names.pop() ?? '';
      this.numbers.delete(name);
      // Later names went into later slots of the same run, and are gone already.
      this.slotNumbers[this.slotOf[this.names.length] as number] = 0;
    }
  }

  /** The number of a name, which is given one. 0 when the table is full. */
  intern(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.length;
    if (number >= maxNames || name.length > maxFiledChars) return 0;
    this.names.push(name);
    this.numbers.set(name, number);
    this.file(name, number);
    return number;
  }

  nameOf(number: number): string {
    return this.names[number] as string;
  }

  /** 0 when there is none. */
  numberOf(name: string): number {
    return this.numbers.get(name) ?? 0;
  }

  /** The number of what stands between `start` and `end`, whose hash is that of its folded codes; 0 when there is none. */
  find(codes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    for (let slot = slotFor(hash); ; slot = (slot + 1) & (slots - 1)) {
      const number = this.slotNumbers[slot] as number;
      if (number === 0) return 0;
      if (this.slotHashes[slot] !== hash || this.lengths[number] !== length) continue;
      if (length <= exactLength || this.isFoldedAt(codes, start, number)) return number;
    }
  }

  /** Where the name ends that stands at `start`, in lower case as it is here; -1 when another one does. */
  endOf(codes: Uint8Array, start: number, number: number): number {
    const { bytes } = this;
    const first = this.offsets[number] as number;
    const length = this.lengths[number] as number;
    for (let index = 0; index < length; index++) {
      if (codes[start + index] !== bytes[first + index]) return -1;
    }
    return start + length;
  }

  /** Whether the name stands at `start`, in any case. */
  isFoldedAt(codes: Uint8Array, start: number, number: number): boolean {
    const { bytes, fold } = this;
    const first = this.offsets[number] as number;
    const length = this.lengths[number] as number;
    for (let index = 0; index < length; index++) {
      const code = codes[start + index] as number;
      const isSame = code === bytes[first + index];
      if (!isSame && (fold === undefined || fold[code] !== bytes[first + index])) return false;
    }
    return true;
  }

  /** By code: does a name begin with it, in either case? 1 for those that are not ASCII, which may be anything. */
  firstCodes(): Uint8Array {
    const first = new Uint8Array(256).fill(1, 128);
    for (const name of this.names) {
      for (const letter of [name.toLowerCase(), name.toUpperCase()]) first[letter.charCodeAt(0)] = 1;
    }
    return first;
  }

  lengthOf(number: number): number {
    return this.lengths[number] as number;
  }

  private file(name: string, number: number): void {
    const first = this.offsets[number] as number;
    const end = first + Buffer.byteLength(name);
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes], 2 * end);
    this.bytes.write(name, first);
    let hash = 0;
    for (let at = first; at < end; at++) hash = hashNext(hash, this.bytes[at] as number);
    let slot = slotFor(hash);
    while (this.slotNumbers[slot] !== 0) slot = (slot + 1) & (slots - 1);
    this.slotNumbers[slot] = number;
    this.slotHashes[slot] = hash;
    this.slotOf[number] = slot;
    this.lengths[number] = end - first;
    this.offsets[number + 1] = end;
  }
}

function slotFor(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> slotShift;
}
