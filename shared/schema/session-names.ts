/** The environment variable that holds the key of sessions on this machine. */
export const sessionKeyName = 'SPINNERET_SESSION_KEY';

/** What a label names whose requests use no session. */
export const noSession = 'none';
