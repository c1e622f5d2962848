/** jQuery's names of form controls and headings, as selectors. */
export const jQueryNames: ReadonlyMap<string, string> = new Map([
  ['selected', 'option:checked'],
  ['checkbox', '[type=checkbox]'],
  ['file', '[type=file]'],
  ['password', '[type=password]'],
  ['radio', '[type=radio]'],
  ['reset', '[type=reset]'],
  ['image', '[type=image]'],
  ['submit', '[type=submit]'],
  ['parent', ':not(:empty)'],
  ['header', 'h1, h2, h3, h4, h5, h6'],
  ['button', 'button, input[type=button]'],
  ['input', 'input, textarea, select, button'],
  ['text', 'input:not([type]), input[type=text]'],
]);
