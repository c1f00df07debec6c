import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useTexts } from '../../i18n/texts';
import { checkConnectionName, type NameProblem } from './names';
import { texts, type ConnectTexts } from './texts';

export function textOfNameProblem(problem: NameProblem, t: ConnectTexts): string {
  switch (problem.kind) {
    case 'missing':
      return t.nameMissing;
    case 'short':
      return t.nameShort;
    case 'long':
      return t.nameLong;
    case 'first':
      return t.nameFirst;
    case 'character':
      return t.nameCharacter(problem.character);
  }
}

/** What is typed is checked at once; that it is missing, only when somebody wants to go on. */
export function ConnectionNameField({
  name,
  isFixed,
  isChecked,
  error,
  onChange,
}: {
  name: string;
  /** The connection exists. */
  isFixed: boolean;
  isChecked: boolean;
  error?: string;
  onChange: (name: string) => void;
}) {
  const t = useTexts(texts);
  const problem = checkConnectionName(name);
  const isShown = problem && (isChecked || problem.kind !== 'missing');
  return (
    <FormField
      label={t.connectionName}
      description={isFixed ? t.nameFixed : t.connectionNameHint}
      errorText={error ?? (isShown && textOfNameProblem(problem, t))}
    >
      <Input
        value={name}
        onChange={({ detail }) => onChange(detail.value)}
        readOnly={isFixed}
        autoComplete={false}
        spellcheck={false}
      />
    </FormField>
  );
}
