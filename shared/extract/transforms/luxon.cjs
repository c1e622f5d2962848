/** Loaded by the first job that has a step for dates. Years of two digits are those of RFC 2822 (4.3), as in `parseDate`. */
exports.loadLuxon = () => {
  const luxon = require('luxon');
  luxon.Settings.twoDigitCutoffYear = 49;
  return luxon;
};
