/** Loaded by the first page of which an article is asked. */
exports.loadReadability = () => require('@mozilla/readability').Readability;
