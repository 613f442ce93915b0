const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '',
  rlm: '',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  szlig: 'ß',
  ntilde: 'ñ',
};

/** One line of text without markup: tags, times within the text, override codes, and signs written as references. */
export function plainText(marked: string): string {
  return marked
    .replace(/<\/?[A-Za-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}/g, '')
    .replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]+));/g, (whole, decimal, hexadecimal, name) => {
      if (typeof name === 'string') return Object.hasOwn(entities, name) ? (entities[name] ?? '') : whole;
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hexadecimal), 16);
      return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
        ? String.fromCodePoint(code)
        : ' ';
    })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Lines of text without markup; empty ones are left out. */
export function plainLines(lines: readonly string[]): string[] {
  return lines.map((line) => plainText(line)).filter((line) => line !== '');
}
