/** The stand-in's answer to one request. */
export interface Answer {
  /** 0 closes the connection without an answer. */
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
