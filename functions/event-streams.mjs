export { resolveEventStreamSerdeConfig } from 'folder-of-smithy-core/dist-es/submodules/event-streams/eventstream-serde-config-resolver/EventStreamSerdeConfig.js';

/**
 * What the project takes of the AWS SDK's event streams, put in their place in the bundles: nothing. The
 * client of S3 asks for the part that reads them when it is made; no call of ours streams events.
 */
export const eventStreamSerdeProvider = () => ({});
