/**
 * Porter's suffix stripping (M. F. Porter, "An algorithm for suffix stripping", 1980) with the extensions of NLTK's default
 * mode, which ROUGE's tokenizer uses: irregular words, `ies`/`ied` of four letters, a gentler `y`, `bli`, `fulli`, `logi`,
 * `alli` taken off first, and short words ending vowel–consonant.
 */
export function porterStem(word: string): string {
  const lower = word.toLowerCase();
  const irregular = irregularStems.get(lower);
  if (irregular !== undefined) return irregular;
  if (lower.length <= 2) return lower;
  return steps.reduce((stem, step) => step(stem), lower);
}

/** `[suffix, replacement, condition on what is left]`; the first suffix that fits decides, whether or not it may go. */
type Rule = readonly [suffix: string, replacement: string, condition?: (stem: string) => boolean];

const irregularStems = new Map<string, string>(
  Object.entries({
    sky: ['sky', 'skies'],
    die: ['dying'],
    lie: ['lying'],
    tie: ['tying'],
    news: ['news'],
    inning: ['innings', 'inning'],
    outing: ['outings', 'outing'],
    canning: ['cannings', 'canning'],
    howe: ['howe'],
    proceed: ['proceed'],
    exceed: ['exceed'],
    succeed: ['succeed'],
  }).flatMap(([stem, words]) => words.map((word) => [word, stem] as const)),
);

const hasMeasure = (stem: string): boolean => measure(stem) > 0;
const hasLongMeasure = (stem: string): boolean => measure(stem) > 1;

const steps = [
  plural,
  pastOrParticiple,
  finalY,
  longSuffix,
  adjectiveSuffix,
  residualSuffix,
  finalE,
  doubleL,
];

/** Step 1a. */
function plural(word: string): string {
  if (word.endsWith('ies') && word.length === 4) return cut(word, 1);
  return apply(word, [
    ['sses', 'ss'],
    ['ies', 'i'],
    ['ss', 'ss'],
    ['s', ''],
  ]);
}

/** Step 1b. */
function pastOrParticiple(word: string): string {
  if (word.endsWith('ied')) return word.length === 4 ? cut(word, 1) : cut(word, 2);
  if (word.endsWith('eed')) return hasMeasure(cut(word, 3)) ? cut(word, 1) : word;
  const suffix = ['ed', 'ing'].find((one) => word.endsWith(one) && hasVowel(cut(word, one.length)));
  if (suffix === undefined) return word;
  const stem = cut(word, suffix.length);
  if (['at', 'bl', 'iz'].some((ending) => stem.endsWith(ending))) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : cut(stem, 1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** Step 1c. */
function finalY(word: string): string {
  return apply(word, [['y', 'i', (stem) => stem.length > 1 && isConsonant(stem, stem.length - 1)]]);
}

/** Step 2. */
function longSuffix(word: string): string {
  if (word.endsWith('alli') && hasMeasure(cut(word, 4))) return longSuffix(cut(word, 2));
  return apply(word, [
    ['ational', 'ate', hasMeasure],
    ['tional', 'tion', hasMeasure],
    ['enci', 'ence', hasMeasure],
    ['anci', 'ance', hasMeasure],
    ['izer', 'ize', hasMeasure],
    ['bli', 'ble', hasMeasure],
    ['alli', 'al', hasMeasure],
    ['entli', 'ent', hasMeasure],
    ['eli', 'e', hasMeasure],
    ['ousli', 'ous', hasMeasure],
    ['ization', 'ize', hasMeasure],
    ['ation', 'ate', hasMeasure],
    ['ator', 'ate', hasMeasure],
    ['alism', 'al', hasMeasure],
    ['iveness', 'ive', hasMeasure],
    ['fulness', 'ful', hasMeasure],
    ['ousness', 'ous', hasMeasure],
    ['aliti', 'al', hasMeasure],
    ['iviti', 'ive', hasMeasure],
    ['biliti', 'ble', hasMeasure],
    ['fulli', 'ful', hasMeasure],
    // The "l" belongs to what must have a measure.
    ['logi', 'log', (stem) => hasMeasure(`${stem}l`)],
  ]);
}

/** Step 3. */
function adjectiveSuffix(word: string): string {
  return apply(word, [
    ['icate', 'ic', hasMeasure],
    ['ative', '', hasMeasure],
    ['alize', 'al', hasMeasure],
    ['iciti', 'ic', hasMeasure],
    ['ical', 'ic', hasMeasure],
    ['ful', '', hasMeasure],
    ['ness', '', hasMeasure],
  ]);
}

const residual = 'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'.split(' ');

/** Step 4. */
function residualSuffix(word: string): string {
  return apply(
    word,
    residual.map((suffix) => [
      suffix,
      '',
      (stem) => hasLongMeasure(stem) && (suffix !== 'ion' || /[st]$/.test(stem)),
    ]),
  );
}

/** Step 5a. */
function finalE(word: string): string {
  return apply(word, [
    ['e', '', (stem) => hasLongMeasure(stem) || (measure(stem) === 1 && !endsShort(stem))],
  ]);
}

/** Step 5b. */
function doubleL(word: string): string {
  return word.endsWith('ll') && hasLongMeasure(cut(word, 1)) ? cut(word, 1) : word;
}

function apply(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, condition] = rule;
  const stem = cut(word, suffix.length);
  return condition === undefined || condition(stem) ? stem + replacement : word;
}

function cut(word: string, letters: number): string {
  return word.slice(0, word.length - letters);
}

/** A `y` is a consonant at the start and after a vowel. */
function isConsonant(word: string, index: number): boolean {
  const letter = word.charAt(index);
  if ('aeiou'.includes(letter)) return false;
  if (letter !== 'y') return true;
  let start = index;
  while (start > 0 && word.charAt(start - 1) === 'y') start--;
  const first = start === 0 || !isConsonant(word, start - 1);
  return (index - start) % 2 === 0 ? first : !first;
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  let count = 0;
  for (let index = 1; index < stem.length; index++) {
    if (!isConsonant(stem, index - 1) && isConsonant(stem, index)) count++;
  }
  return count;
}

function hasVowel(stem: string): boolean {
  return Array.from(stem).some((_, index) => !isConsonant(stem, index));
}

function endsDoubleConsonant(stem: string): boolean {
  const last = stem.length - 1;
  return last >= 1 && stem.charAt(last) === stem.charAt(last - 1) && isConsonant(stem, last);
}

/** Porter's *o: consonant, vowel, consonant other than w, x, y at the end; NLTK adds two letters, vowel and consonant. */
function endsShort(stem: string): boolean {
  const last = stem.length - 1;
  if (last === 1) return !isConsonant(stem, 0) && isConsonant(stem, 1);
  return (
    last >= 2 &&
    isConsonant(stem, last - 2) &&
    !isConsonant(stem, last - 1) &&
    isConsonant(stem, last) &&
    !/[wxy]$/.test(stem)
  );
}
