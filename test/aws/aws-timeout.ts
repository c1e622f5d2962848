/** Against what never ends: what an idle machine deploys in a minute takes a busy one ten. */
export const awsTimeoutMs = 1_800_000;
