const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const thinkingEnd = '</think>';

/** Words that announce a choice, in the languages that these models answer in. */
const answerWords = String.raw`(?:answer|antwort|respuesta|r[ée]ponse|risposta|resposta|ответ)(?!\p{L})|答案|答え|解答|정답|답`;
const optionWords = String.raw`(?:option|choice|opción|opção|opzione|вариант)(?!\p{L})|选项|選項|选择|選擇|应选|應選|选|選`;
const link = String.raw`(?:\s*(?:(?:is|ist|es|est|è|é)(?!\p{L})|为|為|是|は|은|는))?\s*[:=]?\s*(?:the\s+)?(?:(?:${optionWords}|letter)\s*:?\s*)?`;
const marks = String.raw`["'*_\x60([{<【「『]*`;

const letterInMarks = String.raw`(?<![\p{Script=Latin}\p{N}])["'*_([【「]*([A-Z])["'*_)\]】」]*(?![\p{Script=Latin}\p{N}'’])`;
const isWord = String.raw`(?:is|are|was|would be|ist|est|es|è|é|是|が|は)`;
const wrongWord = String.raw`(?:not(?!\p{L})|wrong|incorrect|false|ruled out|excluded|falsch|faux|fausse|错误|錯誤|错|不对|不正确|排除|誤り|間違い)`;
/** "(A) is wrong", "A错误". */
const rejectedAfter = new RegExp(
  String.raw`${letterInMarks}\s*(?:${isWord}|isn['’]t|cannot be|can['’]t be)?\s*${wrongWord}`,
  'gu',
);
/** "not A", "rather than A", "不是A". */
const rejectedBefore = new RegExp(
  String.raw`(?:(?<!\p{L})(?:not|nicht|rather than|instead of)\s+(?:option\s+)?|不是|不选|不選)\s*${letterInMarks}`,
  'giu',
);
/** Without one of these words neither is there: quicker to see in replies by the hundred thousand. */
const mayReject = new RegExp(String.raw`${wrongWord}|nicht|rather|instead|不`, 'iu');
/** "B is the correct answer", "B正确". */
const approved = new RegExp(
  String.raw`${letterInMarks}\s*(?:${isWord}\s*(?:the\s+)?(?:correct|right|best|true|richtig|correct[oa]e?)(?!\p{L})|(?:${isWord}\s*)?(?:正确|正確|对的|正しい|正解))`,
  'gu',
);

/**
 * The letter that a reply chooses: the one reading of a choice in the program. Published scorers read by rules of their own
 * (`evaluation/metrics`), which stay as they are.
 *
 * It is, in this order: the letter that is all of the reply; that of the option whose text it is; the letter it begins with
 * (`B)`, `B: a dog`); the one that it announces ("the answer is B", "答案是B"), or the text of an option after such words;
 * the one that it calls right; the only one in brackets; the only capital letter that stands alone. Of an answer block or a
 * box only the content counts, and letters that the reply calls wrong do not.
 * Undefined where it names none, several, or one that was not offered.
 *
 * @param options texts in order, without letters; at most 26
 */
export function readChoice(reply: string, options: readonly string[]): string | undefined {
  let text = contentOf(reply);
  const offered = letters.slice(0, options.length);
  const allowed = (letter: string): string | undefined =>
    offered.includes(letter.toUpperCase()) ? letter.toUpperCase() : undefined;

  const bare = text.replace(/[^\p{L}\p{N}]+/gu, '');
  if (bare.length === 1) return /^[A-Za-z]$/.test(bare) ? allowed(bare) : undefined;
  const spoken = optionSaid(text, options);
  if (spoken !== undefined) return spoken;
  text = withoutRejected(text);
  const leading = /^[\s"'*_([{<【「]*([A-Za-z])["'*_]*\s*[)\].:,}、。】」]/u.exec(text)?.[1];
  if (leading !== undefined && allowed(leading) !== undefined && !namesSeveral(text, leading)) {
    return allowed(leading);
  }
  for (const words of [answerWords, optionWords]) {
    const announced = announcedBy(words, text, options);
    if (announced.said) return announced.letter === undefined ? undefined : allowed(announced.letter);
  }
  const right = onlyOne(matchAll(approved, text), offered);
  if (right !== undefined) return right;
  const bracketed = onlyOne(matchAll(/[([【]\s*([A-Z])\s*[)\]】]/gu, text), offered);
  if (bracketed !== undefined) return bracketed;
  return standing(text, offered);
}

/** A reply without the letters that it calls wrong. */
function withoutRejected(text: string): string {
  if (!mayReject.test(text)) return text;
  const without = (whole: string, letter: string): string =>
    /[A-Z]/u.test(letter) ? whole.replace(letter, '') : whole;
  return text.replace(rejectedAfter, without).replace(rejectedBefore, (whole, letter: string) => {
    const at = whole.lastIndexOf(letter);
    return /[A-Z]/u.test(letter) ? whole.slice(0, at) + whole.slice(at + 1) : whole;
  });
}

/** What of a reply is its answer: behind the thinking, inside an answer block or a box. */
function contentOf(reply: string): string {
  const whole = reply.normalize('NFKC');
  const thoughtEnd = whole.lastIndexOf(thinkingEnd);
  let text = thoughtEnd < 0 ? whole : whole.slice(thoughtEnd + thinkingEnd.length);
  // A hundred thousand replies are read in a row, and most have no block and no box to look for.
  if (text.includes('<')) {
    for (const [, content = ''] of text.matchAll(/<answer>(.*?)(?:<\/answer>|$)/gisu)) {
      if (content.trim() === '') continue;
      text = content;
      break;
    }
  }
  if (!text.includes('<|begin_of_box|>') && !text.includes('\\')) return text.trim();
  const box = /<\|begin_of_box\|>(.*?)<\|end_of_box\|>/su.exec(text)?.[1] ?? boxed(text);
  return (box ?? text).replace(/\\(?:text|mathrm|mathbf|textbf)\s*\{([^{}]*)\}/g, '$1').trim();
}

/** The content of the last `\boxed{…}`. */
function boxed(text: string): string | undefined {
  return [...text.matchAll(/\\boxed\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g)].at(-1)?.[1];
}

/** "B or C", "B, C", "B/C" choose none. */
function namesSeveral(text: string, letter: string): boolean {
  const start = text.indexOf(letter) + 1;
  return /^["'*_)\]]*\s*(?:,|\/|&|or\b|and\b|oder\b|或|和|与|、)\s*["'*_([]*[A-Z](?![\p{L}\p{N}'’])/u.test(
    text.slice(start),
  );
}

/** The letter that words announce; `said` without one where they name several. */
function announcedBy(
  words: string,
  text: string,
  options: readonly string[],
): { readonly said: boolean; readonly letter?: string } {
  const announcing = new RegExp(
    String.raw`(?<![\p{Script=Latin}\p{N}])(?:${words})${link}${marks}(?:([A-Z])(?![\p{Script=Latin}\p{N}'’])|([a-z])\s*(?:[)\].:]|$))`,
    'giu',
  );
  const named = new Set<string>();
  for (const match of text.matchAll(announcing)) {
    const letter = match[1] ?? match[2] ?? '';
    const asWritten = match[0].at(match[0].lastIndexOf(letter)) ?? '';
    const rest = text.slice(match.index + match[0].length);
    // "The answer is a cat": an article; "answer a.", a letter.
    if (/[a-z]/.test(asWritten) && !/^\s*(?:[)\].:]|$)/.test(rest) && match[2] === undefined) continue;
    if (/^A$/.test(asWritten) && /^ [a-z]/.test(rest)) continue;
    if (/^["'*_)\]]*\s*(?:,|\/|&|or\b|and\b|或|和|与)\s*["'*_([]*[A-Z](?![\p{L}\p{N}'’])/u.test(rest)) {
      return { said: true };
    }
    named.add(letter.toUpperCase());
  }
  const [only] = named;
  if (named.size === 1 && only !== undefined) return { said: true, letter: only };
  if (named.size > 1) return { said: true };
  const said = new RegExp(String.raw`(?<![\p{Script=Latin}])(?:${words})${link}(.+)$`, 'isu').exec(text)?.[1];
  const letter = said === undefined ? undefined : optionSaid(said, options);
  return letter === undefined ? { said: false } : { said: true, letter };
}

/** The letter of the one option whose text this is. */
function optionSaid(text: string, options: readonly string[]): string | undefined {
  const first = firstSign(text);
  if (first === undefined) return undefined;
  const wanted = plain(text);
  // Comparing whole texts is slow, and most options differ in their first letter.
  const index = options.findIndex((option) => firstSign(option) === first && plain(option) === wanted);
  return index < 0 ? undefined : letters.charAt(index);
}

function standing(text: string, offered: string): string | undefined {
  const found = [...text.matchAll(/(?<![\p{Script=Latin}\p{N}'’])([A-Z])(?![\p{Script=Latin}\p{N}'’])/gu)];
  const named = found.filter(([, letter = '']) => offered.includes(letter));
  const distinct = new Set(named.map(([, letter]) => letter));
  const [only] = named;
  if (distinct.size !== 1 || only === undefined) return undefined;
  // "A plus sign", "I do not know": words of the sentence.
  const isWord = /^[AI]$/.test(only[1] ?? '') && /^ \p{Ll}/u.test(text.slice(only.index + 1));
  return isWord ? undefined : only[1];
}

function onlyOne(found: readonly string[], offered: string): string | undefined {
  const named = new Set(found.filter((letter) => offered.includes(letter)));
  return named.size === 1 ? [...named][0] : undefined;
}

function matchAll(pattern: RegExp, text: string): string[] {
  return Array.from(text.matchAll(pattern), ([, letter = '']) => letter);
}

/** The first letter or digit, in lower case; what is plain ASCII up to it and behind it needs no normalizing. */
function firstSign(text: string): string | undefined {
  const simple = /^[\0-\x7f]*?([A-Za-z0-9])(?=[\0-\x7f]|$)/.exec(text)?.[1];
  if (simple !== undefined) return simple.toLowerCase();
  return /[\p{L}\p{N}]/u.exec(text.normalize('NFKC'))?.[0].toLowerCase();
}

/** Letters and digits in lower case. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
