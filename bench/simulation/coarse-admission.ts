/** Two generations, like the engine's cache; as bits by host, for a fleet remembers a hundred million links. */
export interface CoarseMemory {
  knows(host: number, page: number): boolean;
  remember(host: number, page: number): void;
}

export function makeCoarseMemory(pagesPerHost: number, capacity = 200_000): CoarseMemory {
  let young = makeBitRows(pagesPerHost);
  let old = makeBitRows(pagesPerHost);
  let size = 0;
  return {
    knows: (host, page) => young.has(host, page) || old.has(host, page),
    remember(host, page) {
      if (size >= capacity / 2) {
        old = young;
        young = makeBitRows(pagesPerHost);
        size = 0;
      }
      if (young.put(host, page)) size += 1;
    },
  };
}

/** A row of bits per host, in one array: a hundred thousand small ones keep the garbage collector busy. */
function makeBitRows(width: number): {
  has(row: number, index: number): boolean;
  put(row: number, index: number): boolean;
} {
  const bytesPerRow = (width + 7) >> 3;
  const offsets = new Map<number, number>();
  let bits = new Uint8Array(16 * bytesPerRow);
  return {
    has(row, index) {
      const offset = offsets.get(row);
      return offset !== undefined && hasBit(bits, offset + index);
    },
    put(row, index) {
      let offset = offsets.get(row);
      if (offset === undefined) {
        const bytes = offsets.size * bytesPerRow;
        if (bytes === bits.length) {
          const larger = new Uint8Array(2 * bytes);
          larger.set(bits);
          bits = larger;
        }
        offset = bytes * 8;
        offsets.set(row, offset);
      }
      if (hasBit(bits, offset + index)) return false;
      setBit(bits, offset + index);
      return true;
    },
  };
}

/** The admitted pages of all hosts. */
export interface AdmittedPages {
  has(host: number, page: number): boolean;
  /** Whether it was new. */
  put(host: number, page: number): boolean;
}

/** The front pages are the source's, and admitted with it. */
export function makeAdmittedPages(hosts: number, pagesPerHost: number): AdmittedPages {
  const admitted = new Uint8Array(Math.ceil((hosts * pagesPerHost) / 8));
  for (let host = 0; host < hosts; host += 1) setBit(admitted, host * pagesPerHost);
  return {
    has: (host, page) => hasBit(admitted, host * pagesPerHost + page),
    put(host, page) {
      const index = host * pagesPerHost + page;
      if (hasBit(admitted, index)) return false;
      setBit(admitted, index);
      return true;
    },
  };
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
}
