/** An object of S3, as a job names it. */
export interface S3Address {
  bucket: string;
  key: string;
}

/** What such a text looks like, for messages. */
export const s3AddressForm = 's3://bucket/key';

/** `undefined` for what is no address of an object: paths of files among them. */
export function parseS3Address(text: string): S3Address | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s.exec(text) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** The beginning of addresses: a bucket, and what the keys of its objects begin with, which may be nothing. */
export const s3Prefix = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^*?]*)$/;

/** Is it meant as such an address, well-formed or not? */
export function isMeantAsS3(text: string): boolean {
  return /^s3:/i.test(text);
}
