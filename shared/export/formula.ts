/**
 * Whether a spreadsheet may take the text for a formula (OWASP, "CSV Injection"). Signs of full width count as the
 * plain ones where the keyboard is Chinese, Japanese or Korean.
 */
export function beginsFormula(text: string): boolean {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text);
}
