/** RE2 in JavaScript: loaded by the first text that needs it. */
exports.loadRe2 = () => require('re2js').RE2JS;
