import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { TokenCounts } from '../../../native-models/protocol/run-record.ts';
import { classNames } from '../../ui/class-names.ts';
import { sessionTexts } from '../texts.ts';
import styles from './StepWords.module.css';

const texts = sessionTexts.run;

export interface StepWordsProps {
  readonly reply: string;
  /** Chat template included; the verifier is asked once for each candidate. */
  readonly prompts: readonly string[];
  /** The reply is still being written: it is shown. */
  readonly writing: boolean;
  readonly tokens: TokenCounts | undefined;
}

/** What a role was asked and what it said, each to be unfolded. */
export function StepWords({ reply, prompts, writing, tokens }: StepWordsProps) {
  const [open, setOpen] = useState<'reply' | 'prompt' | undefined>(writing ? 'reply' : undefined);
  const parts = [
    ...(reply === '' ? [] : [{ name: 'reply' as const, title: texts.reply }]),
    ...(prompts.length === 0 ? [] : [{ name: 'prompt' as const, title: texts.prompt }]),
  ];
  if (parts.length === 0) return null;
  return (
    <>
      <div className={styles.parts}>
        {parts.map(({ name, title }) => (
          <button
            key={name}
            type="button"
            aria-expanded={open === name}
            className={styles.part}
            onClick={() => setOpen(open === name ? undefined : name)}
          >
            <ChevronRight
              size={13}
              aria-hidden="true"
              className={classNames(styles.sign, open === name && styles.open)}
            />
            {title}
          </button>
        ))}
      </div>
      {open === 'reply' && reply !== '' && <pre className={styles.text}>{reply}</pre>}
      {open === 'prompt' && (
        <>
          {prompts.map((prompt, index) => (
            <pre key={index} className={classNames(styles.text, styles.prompt)}>
              {prompt}
            </pre>
          ))}
          {tokens !== undefined && (
            <p className={styles.tokens}>{texts.tokens(tokens.prompt, tokens.generated, tokens.reused)}</p>
          )}
        </>
      )}
    </>
  );
}
