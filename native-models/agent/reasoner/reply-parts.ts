import type { ReplyPart } from '../../protocol/run-record.ts';

/** A piece of a reply that is being generated, its tags left out. */
export interface ReplyPiece {
  readonly part: ReplyPart;
  readonly text: string;
}

const tags = ['<think>', '</think>', '<answer>', '</answer>'];
const longestTag = Math.max(...tags.map((tag) => tag.length));

/**
 * Tells reasoning from answer while a reply comes in: what stands in a think block is reasoning, all else is answer. Tags,
 * in any case, are left out, also where they come in pieces; white space that only separates them is too.
 */
export class ReplyParts {
  #part: ReplyPart = 'answer';
  /** What may be the beginning of a tag, or white space before one. */
  #held = '';
  #begun = false;

  /** Takes the next piece of the reply and gives what is certain by now. */
  push(text: string): ReplyPiece[] {
    this.#held += text;
    return this.#take(false);
  }

  /** The rest, when the reply has ended: what looked like the beginning of a tag was none. */
  flush(): ReplyPiece[] {
    return this.#take(true);
  }

  #take(ended: boolean): ReplyPiece[] {
    const pieces: ReplyPiece[] = [];
    for (;;) {
      const tag = /<\/?(?:think|answer)>/iu.exec(this.#held);
      if (tag === null) break;
      this.#say(pieces, this.#held.slice(0, tag.index).trimEnd());
      this.#held = this.#held.slice(tag.index + tag[0].length);
      this.#part = tag[0].toLowerCase() === '<think>' ? 'reasoning' : 'answer';
      this.#begun = false;
    }
    const sure = ended ? this.#held.trimEnd().length : sureLength(this.#held);
    this.#say(pieces, this.#held.slice(0, sure));
    this.#held = ended ? '' : this.#held.slice(sure);
    return pieces;
  }

  #say(pieces: ReplyPiece[], text: string): void {
    const said = this.#begun ? text : text.trimStart();
    if (said === '') return;
    this.#begun = true;
    pieces.push({ part: this.#part, text: said });
  }
}

/** How much of a text is certain: all but a tag's beginning at its end, and the white space before that. */
function sureLength(text: string): number {
  const opened = text.lastIndexOf('<');
  const rest = text.slice(opened).toLowerCase();
  const mayBeTag = opened >= 0 && rest.length < longestTag && tags.some((tag) => tag.startsWith(rest));
  return (mayBeTag ? text.slice(0, opened) : text).trimEnd().length;
}
