/** Hears nothing and never ends. */
setInterval(() => process.send?.('alive'), 50);
