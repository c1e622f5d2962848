/**
 * Whether a spreadsheet may read the text as a formula (OWASP, "CSV Injection"). Full-width signs count as the
 * plain ones, as with Chinese, Japanese and Korean input.
 */
export function beginsFormula(text: string): boolean {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text);
}
