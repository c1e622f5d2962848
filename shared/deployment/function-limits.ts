/** Limits and intervals of the functions: infra/ sets them, functions/ and tests rely on them. */

/** After this many deliveries without an end a batch, or a task of a run, is a dead letter. */
export const workDeliveries = 5;
export const finishDeliveries = 5;

/** Temporary storage of the finish function; a test compares it with what is sorted there. */
export const finishTmpMib = 1_024;

/** The interval of the watchdog. */
export const watchdogEveryMs = 900_000;

/** The register for what the watchdog remembers from one call to the next. */
export const watchdogRegister = 'spinneret/watchdog';
