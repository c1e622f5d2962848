/**
 * One place has three names. The feature id `0x<cell>:0x<cid>` holds two 64-bit numbers; the second is
 * the cid, written in decimal in links. A place id that begins with ChIJ is a protocol buffer of the same
 * two numbers: `0a 12`, `09` and the cell, `11` and the cid, each little-endian, as base64url without
 * padding. Place ids of other beginnings (EI…, Gh…) are of addresses, roads and the like: they carry neither.
 */
export interface PlaceNumbers {
  /** `0x…:0x…`, lower case, without leading zeros. */
  featureId: string;
  /** Decimal. */
  cid: string;
}

/** At least one of the three. */
export type PlaceIds =
  | { placeId: string; featureId?: string; cid?: string }
  | { placeId?: string; featureId: string; cid?: string }
  | { placeId?: string; featureId?: string; cid: string };

/** Both numbers of a place id; `undefined` for one that carries none. */
export function idsOfPlaceId(placeId: string): PlaceNumbers | undefined {
  if (!/^ChIJ[\w-]{23}$/.test(placeId)) return undefined;
  const bytes = Buffer.from(placeId, 'base64url');
  const numbers = { cell: bytes.readBigUInt64LE(3), cid: bytes.readBigUInt64LE(12) };
  // An id with other bytes between the numbers, or with surplus bits, is written differently.
  if (writePlaceId(numbers) !== placeId || numbers.cid === 0n) return undefined;
  return { featureId: writeFeatureId(numbers), cid: String(numbers.cid) };
}

/** The feature id in its one spelling; `undefined` where it is none, or of nothing (`0x…:0x0`). */
export function readFeatureId(featureId: string): string | undefined {
  const numbers = parseFeatureId(featureId);
  return numbers && writeFeatureId(numbers);
}

/** The place id of a feature id. Of half an id (`0x0:0x…`) it is one that Google takes, but not the usual one. */
export function placeIdOfFeatureId(featureId: string): string | undefined {
  const numbers = parseFeatureId(featureId);
  return numbers && writePlaceId(numbers);
}

/** The feature id of a CID, whose first half is not known: `0x0:0x…`. */
export function featureIdOfCid(cid: string): string | undefined {
  const number = parseCid(cid);
  return number === undefined ? undefined : writeFeatureId({ cell: 0n, cid: number });
}

/** In decimal. */
export function cidOfFeatureId(featureId: string): string | undefined {
  const numbers = parseFeatureId(featureId);
  return numbers && String(numbers.cid);
}

/** One key for one place, however it was found: by its cid where that can be had, else by its place id. */
export function placeKey(ids: PlaceIds): string {
  const cid =
    (ids.cid === undefined ? undefined : parseCid(ids.cid)) ??
    (ids.featureId === undefined ? undefined : parseFeatureId(ids.featureId)?.cid) ??
    (ids.placeId === undefined ? undefined : idsOfPlaceId(ids.placeId)?.cid);
  return cid === undefined ? `id:${ids.placeId ?? ids.featureId ?? ids.cid}` : `cid:${cid}`;
}

interface Numbers {
  cell: bigint;
  cid: bigint;
}

function parseFeatureId(featureId: string): Numbers | undefined {
  const [, cell, cid] = /^0x([0-9a-f]{1,16}):0x([0-9a-f]{1,16})$/i.exec(featureId) ?? [];
  if (cell === undefined || cid === undefined) return undefined;
  const numbers = { cell: BigInt(`0x${cell}`), cid: BigInt(`0x${cid}`) };
  return numbers.cid === 0n ? undefined : numbers;
}

function parseCid(cid: string): bigint | undefined {
  if (!/^[1-9]\d{0,19}$/.test(cid)) return undefined;
  const number = BigInt(cid);
  return number < 2n ** 64n ? number : undefined;
}

function writeFeatureId({ cell, cid }: Numbers): string {
  return `0x${cell.toString(16)}:0x${cid.toString(16)}`;
}

function writePlaceId({ cell, cid }: Numbers): string {
  const bytes = Buffer.from([0x0a, 0x12, 0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeBigUInt64LE(cell, 3);
  bytes.writeBigUInt64LE(cid, 12);
  return bytes.toString('base64url');
}
