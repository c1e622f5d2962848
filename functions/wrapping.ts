/** What functions do with the stack's key of KMS: loaded, with its client, by the first job that needs it. */
export { makeWrappedKey } from '../shared/stores/aws/make-wrapped-key.ts';
export { unwrapKey } from '../shared/stores/aws/unwrap-key.ts';
export { openWrappingService } from '../shared/stores/aws/wrapping-service.ts';
