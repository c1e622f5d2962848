export function loadRe2(): typeof import('re2js').RE2JS;
