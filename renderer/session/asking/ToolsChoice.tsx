import { Wrench, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { currentModel } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { sessionTexts } from '../texts.ts';
import { toolsNameOf } from './ask-draft.ts';
import type { AskDraft } from './ask-draft.ts';
import styles from './ToolsChoice.module.css';

const texts = sessionTexts.asking;

/** For a model that reasons aloud: the tools that it may call, from a file; the engine checks what is in it. */
export function ToolsChoice({ className }: { readonly className: string | undefined }) {
  const { draft: store } = useApp();
  const tools = useStore(store, (draft) => draft.tools);
  const agent = useLibrary((state) => currentModel(state)?.agent);
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(false);
  if (agent !== 'reasoner') return null;
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const text = await file.text();
    const name = toolsNameOf(text);
    setWrong(name === undefined);
    if (name !== undefined) store.setState({ tools: { name, text } });
  };
  return (
    <Field
      label={texts.tools}
      hint={texts.toolsHint}
      problem={wrong ? texts.toolsWrong : undefined}
      className={className}
    >
      {(id) => (
        <div className={styles.choice}>
          <Button small icon={<Wrench size={13} aria-hidden="true" />} onClick={() => input.current?.click()}>
            {tools?.name ?? texts.toolsChoose}
          </Button>
          {tools !== undefined && (
            <IconButton
              label={texts.toolsRemove}
              icon={<X size={14} aria-hidden="true" />}
              onClick={() => {
                const next: AskDraft = { ...store.getState() };
                Reflect.deleteProperty(next, 'tools');
                store.setState(next, true);
              }}
            />
          )}
          <input
            ref={input}
            id={id}
            type="file"
            accept=".json,application/json"
            className="only-heard"
            tabIndex={-1}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </div>
      )}
    </Field>
  );
}
