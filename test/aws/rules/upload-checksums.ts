import type { S3Client } from '@aws-sdk/client-s3';

/**
 * Holds a client to what S3 asks of the parts of an upload, which emulators do not: "This checksum algorithm must be the same for all
 * parts and it match the checksum value supplied in the CreateMultipartUpload request" (API reference of UploadPart). Since the client
 * adds a checksum of its own to each part, an upload that names no algorithm is refused ("Checksum Type mismatch").
 */
export function enforceUploadChecksums(client: S3Client): void {
  const algorithms = new Map<string, string | undefined>();
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { UploadId } = args.input as { UploadId?: string };
        const { headers } = args.request as { headers: Record<string, string> };
        if (commandName === 'UploadPartCommand') {
          const named = Object.keys(headers).find((name) => name.startsWith('x-amz-checksum-'));
          const sent = named?.slice('x-amz-checksum-'.length).toUpperCase();
          const expected = algorithms.get(UploadId ?? '');
          if (sent !== expected)
            throw new Error(`Checksum Type mismatch occurred, expected ${expected}, actual ${sent}`);
        }
        const result = await next(args);
        if (commandName === 'CreateMultipartUploadCommand') {
          const { UploadId: made } = result.output as { UploadId?: string };
          algorithms.set(made ?? '', headers['x-amz-checksum-algorithm']);
        }
        return result;
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
}
