import { fromEnv } from 'folder-of-credential-provider-env/dist-es/index.js';

let credentials;

/**
 * Where the bundles' AWS clients find credentials: Lambda puts a function's into its environment, once. The
 * SDK's own would also look at profiles, web identities and single sign-on, and brings their clients along.
 */
export const defaultProvider = (options) => async () => {
  credentials ??= fromEnv(options)();
  return credentials;
};
