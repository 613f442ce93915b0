import { useStore } from 'zustand';
import { speedSchema } from '../../../native-models/protocol/search-request.ts';
import type { Speed } from '../../../native-models/protocol/search-request.ts';
import { useApp } from '../../app/use-app.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import type { AskDraft } from './ask-draft.ts';

const texts = sessionTexts.speed;

/** Whether work may be spared where it hardly changes what comes out. */
export function SpeedChoice({ className }: { readonly className?: string | undefined }) {
  const { draft: store } = useApp();
  const draft = useStore(store);
  const choose = (speed: Speed) => {
    const next: AskDraft = { ...draft };
    Reflect.deleteProperty(next, 'speed');
    store.setState(speed === 'exact' ? next : { ...next, speed }, true);
  };
  return (
    <Field label={texts.title} className={className}>
      {() => (
        <Select
          label={texts.title}
          value={draft.speed ?? 'exact'}
          options={speedSchema.options.map((value) => ({ value, ...texts.names[value] }))}
          onChange={choose}
        />
      )}
    </Field>
  );
}
