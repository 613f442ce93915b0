/** What a spreadsheet would run as a formula is shown as the text that it is; an apostrophe says so, as one types it. */
export function guarded(text: string): string {
  return /^'*[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
}

/** Takes away what `guarded` added. */
export function unguarded(text: string): string {
  return /^'+[=+\-@\t\r]/u.test(text) ? text.slice(1) : text;
}
