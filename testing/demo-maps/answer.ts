/** What the stand-in answers to one request. */
export interface Answer {
  /** 0 hangs up without a word. */
  status: number;
  /** Default content type: HTML in UTF-8. */
  headers?: Record<string, string>;
  body?: string;
}

export function answerJson(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: JSON.stringify(value),
  };
}
