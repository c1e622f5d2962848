/** The environment variable, and on AWS the name of the secret, that holds the key of sessions. */
export const sessionKeyName = 'SPINNERET_SESSION_KEY';

/** What a label names whose requests use no session. */
export const noSession = 'none';
