/** The name of the module of the threads for handler files, in the folder of a function's code. */
export const handlerThreadFile = 'handler-thread.mjs';
