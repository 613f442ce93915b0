/** Cannot come out of a file by accident: JSON text may not hold U+0000 unescaped. */
const notANumber = '\u0000NaN';
const stringsAndLiterals = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/gs;

/**
 * Parses JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` are numbers, which the reference's dumps can hold
 * where a model's output overflowed.
 *
 * @throws SyntaxError for anything else that is not JSON
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    const rewritten = text.replace(stringsAndLiterals, (token) => {
      if (token.startsWith('"')) return token;
      return token === 'NaN' ? JSON.stringify(notANumber) : token.replace('Infinity', '1e999');
    });
    return JSON.parse(rewritten, (_, value: unknown) => (value === notANumber ? Number.NaN : value));
  }
}
