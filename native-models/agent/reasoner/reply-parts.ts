import type { ReplyPart } from '../../protocol/run-record.ts';

/** A piece of a reply that is being generated, its tags left out. */
export interface ReplyPiece {
  readonly part: ReplyPart;
  readonly text: string;
}

/** Where each part begins and ends. */
const thinkTags = { open: '<think>', close: '</think>' };
const answerTags = { open: '<answer>', close: '</answer>' };

interface Tags {
  readonly open: string;
  readonly close: string;
}

/**
 * Tells reasoning from answer while a reply comes in: what stands in a think block is reasoning, all else is answer. Tags,
 * in any case, are left out, also where they come in pieces; white space that only separates them is too.
 */
export class ReplyParts {
  readonly #partAfter: ReadonlyMap<string, ReplyPart>;
  readonly #anyTag: RegExp;
  #part: ReplyPart = 'answer';
  /** What may be the beginning of a tag, or white space before one. */
  #held = '';
  #begun = false;

  /** A model that calls tools has tags for that, and may have its own for answers. */
  constructor(calls?: Tags, answers: Tags = answerTags) {
    const pairs: readonly (readonly [Tags, ReplyPart])[] = [
      [thinkTags, 'reasoning'],
      [answers, 'answer'],
      ...(calls === undefined ? [] : ([[calls, 'call']] as const)),
    ];
    this.#partAfter = new Map(
      pairs.flatMap(([{ open, close }, part]) => [
        [close.toLowerCase(), 'answer'] as const,
        [open.toLowerCase(), part] as const,
      ]),
    );
    const escaped = [...this.#partAfter.keys()].map((tag) => tag.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'));
    this.#anyTag = new RegExp(escaped.join('|'), 'iu');
  }

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
      const tag = this.#anyTag.exec(this.#held);
      if (tag === null) break;
      this.#say(pieces, this.#held.slice(0, tag.index).trimEnd());
      this.#held = this.#held.slice(tag.index + tag[0].length);
      this.#part = this.#partAfter.get(tag[0].toLowerCase()) ?? 'answer';
      this.#begun = false;
    }
    const sure = ended ? this.#held.trimEnd().length : this.#sureLength();
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

  /** How much of what is held is certain: all but a tag's beginning at its end, and the white space before that. */
  #sureLength(): number {
    const text = this.#held.toLowerCase();
    const begun = [...this.#partAfter.keys()].map((tag) => {
      let length = Math.min(tag.length - 1, text.length);
      while (length > 0 && !text.endsWith(tag.slice(0, length))) length--;
      return length;
    });
    return this.#held.slice(0, this.#held.length - Math.max(0, ...begun)).trimEnd().length;
  }
}
