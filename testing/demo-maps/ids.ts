/** The names that Google has for one place. All follow from the two halves of the feature id. */
export interface PlaceIds {
  /** `0x…:0x…`, without leading zeros. */
  featureId: string;
  /** The second half as a decimal number. */
  cid: string;
  /** `ChIJ…`: a protocol buffer of both halves, in base64 for URLs, without padding. */
  placeId: string;
}

/** From two numbers of 64 bits. */
export function makeIds(first: bigint, second: bigint): PlaceIds {
  const message = Buffer.alloc(20);
  message.set([0x0a, 0x12, 0x09], 0);
  message.writeBigUInt64LE(first, 3);
  message[11] = 0x11;
  message.writeBigUInt64LE(second, 12);
  return {
    featureId: `0x${first.toString(16)}:0x${second.toString(16)}`,
    cid: second.toString(),
    placeId: message.toString('base64url'),
  };
}
